import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../../servers/http.ts';
import type { JupyterServerProcess } from '../../servers/jupyter-server-process.ts';
import { startOurServer } from '../../servers/our-server.ts';
import { killLeftBehind, makeServerFolders } from '../../servers/server-folders.ts';
import type { ServerFolders } from '../../servers/server-folders.ts';
import { CompactionNoise } from './compaction-noise.ts';

/** A server on folders and a port of its own, which is killed and started again as often as the rounds want. */
export class CrashSite {
  readonly folders: ServerFolders;
  readonly noise: CompactionNoise;
  /** What ended servers printed. */
  #printed = '';

  private constructor(
    public server: JupyterServerProcess,
    private readonly args: readonly string[],
    private readonly environment: NodeJS.ProcessEnv = {},
  ) {
    this.folders = server.folders;
    this.noise = new CompactionNoise(this);
  }

  /** Where people share notebooks, with our extension in their tabs. */
  static async openShared(environment: NodeJS.ProcessEnv = {}): Promise<CrashSite> {
    const args = ['--log-level', 'warn', '--collaboration', 'on'];
    return new CrashSite(await startOurServer({ args, environment }), args, environment);
  }

  static async open(): Promise<CrashSite> {
    const folders = makeServerFolders();
    const args = ['--log-level', 'warn'];
    // Tabs are JupyterLab's own, without anything of ours in them.
    mkdirSync(join(folders.config, 'labconfig'));
    const pageConfig = { disabledExtensions: { '@in-the-loop/lab-extension': true } };
    writeFileSync(join(folders.config, 'labconfig', 'page_config.json'), JSON.stringify(pageConfig));
    return new CrashSite(await startOurServer({ folders, args }), args);
  }

  get port(): string {
    return new URL(this.server.origin).port;
  }

  /** What all servers here printed so far. */
  get printed(): string {
    return this.#printed + this.server.output();
  }

  inRoot(name: string): string {
    return join(this.folders.root, name);
  }

  /** What a kernel noted in the root; empty if there is no such file. */
  noted(name: string): string[] {
    const path = this.inRoot(name);
    if (!existsSync(path)) return [];
    // A line that is being written has no end yet.
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  }

  /** Of the process that holds the kernels. */
  get supervisorPid(): number {
    const record = join(this.folders.state, 'supervisor-1', 'supervisor.json');
    return (JSON.parse(readFileSync(record, 'utf8')) as { pid: number }).pid;
  }

  killServer(): void {
    process.kill(this.server.pid, 'SIGKILL');
  }

  killSupervisor(): void {
    process.kill(this.supervisorPid, 'SIGKILL');
  }

  /** Started again, as a person does who finds that it is gone: same folders, same port. */
  async startAgain(): Promise<void> {
    const { port } = this;
    await this.server.end('SIGKILL');
    this.#printed += this.server.output();
    this.server = await startOurServer({
      folders: this.folders,
      args: [...this.args, '--port', port],
      environment: this.environment,
    });
  }

  /** Resolves once it answers. */
  async answers(): Promise<void> {
    for (let tries = 0; tries < 100; tries++, await sleep(50)) {
      const answer = await send(this.server, { path: '/api/status' }).catch(() => null);
      if (answer?.status === 200) return;
    }
    throw new Error(`The server does not answer.\n${this.printed}`);
  }

  /** Ends all of it; the folders can stay, to be looked at. */
  async close({ keepFolders = false } = {}): Promise<void> {
    if (!keepFolders) return this.server.close();
    await this.server.end('SIGKILL');
    killLeftBehind(this.folders);
    writeFileSync(join(this.folders.own, 'printed.txt'), this.printed);
  }
}

/** Looks each 5 ms: what is waited for are files that others write. */
export async function waitUntil(holds: () => boolean, limit: number, what: string): Promise<void> {
  for (const until = Date.now() + limit; !holds(); await sleep(5))
    if (Date.now() > until) throw new Error(`no ${what} in ${limit} ms`);
}
