import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAIN } from './our-server.ts';
import { PREFIX } from './stock-server.ts';

/** A machine that runs `in-the-loop agent`: a folder of its own, and a process that a test starts, kills and starts again. */
export class AgentMachine {
  /** Home and state of that machine. */
  readonly home = mkdtempSync(join(tmpdir(), 'itl-machine-'));
  readonly #server: string;
  readonly key: string;
  #child: ReturnType<typeof spawn> | null = null;
  #exit: Promise<number | null> = Promise.resolve(null);
  printed = '';

  constructor(server: string, key: string) {
    this.#server = server;
    this.key = key;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves to its exit code once it has ended. */
  get exit(): Promise<number | null> {
    return this.#exit;
  }

  start(...args: string[]): this {
    this.#child = this.#spawn(['--server', this.#server, '--prefix', PREFIX, ...args], {
      IN_THE_LOOP_AGENT_KEY: this.key,
    });
    return this;
  }

  signal(signal: NodeJS.Signals): Promise<number | null> {
    this.#child?.kill(signal);
    return this.#exit;
  }

  async untilPrinted(text: string): Promise<void> {
    for (const until = Date.now() + 30_000; !this.printed.includes(text); await sleep(20))
      if (Date.now() > until) throw new Error(`the agent did not print "${text}" but:\n${this.printed}`);
  }

  /** `in-the-loop agent stop`: ends it and its kernels. @returns what it says */
  async stop(): Promise<string> {
    const before = this.printed.length;
    this.#spawn(['stop', '--server', this.#server], {});
    await this.#exit;
    return this.printed.slice(before);
  }

  /** Nothing of it is left. */
  async remove(): Promise<void> {
    await this.signal('SIGKILL');
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  #spawn(args: readonly string[], more: Record<string, string>): ReturnType<typeof spawn> {
    const child = spawn(process.execPath, [MAIN, 'agent', ...args], {
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        HOME: this.home,
        XDG_DATA_HOME: join(this.home, 'data'),
        XDG_RUNTIME_DIR: this.home,
        JUPYTER_RUNTIME_DIR: join(this.home, 'runtime'),
        OF_THAT_MACHINE: 'there',
        ...more,
      },
    });
    const read = (chunk: Buffer): void => void (this.printed += chunk.toString());
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const killWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', killWithUs);
    this.#exit = new Promise((resolve) => {
      child.once('exit', (code) => {
        process.off('exit', killWithUs);
        resolve(code);
      });
    });
    return child;
  }

  /** The arguments of its process, as everybody there can read them. */
  get argumentsShown(): string {
    return readFileSync(`/proc/${this.pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  }
}
