import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JupyterServerProcess, ServerOptions } from './jupyter-server-process.ts';
import { TOKEN } from './jupyter-server-process.ts';
import {
  killLeftBehind,
  makeServerFolders,
  removeServerFolders,
  serverEnvironment,
} from './server-folders.ts';
import type { ServerFolders } from './server-folders.ts';

const START_LIMIT = 60_000;
const END_LIMIT = 15_000;

export interface ServerCommand {
  readonly name: JupyterServerProcess['name'];
  readonly file: string;
  readonly args: (settings: {
    port: number;
    token: string;
    base: string;
    folders: ServerFolders;
  }) => string[];
  /** Printed once it answers; its first group is the port. */
  readonly ready: RegExp;
}

/** Starts a server and resolves once it says that it is ready; rejects with what it printed if it ends before. */
export async function startChildServer(
  command: ServerCommand,
  options: ServerOptions,
): Promise<JupyterServerProcess> {
  const folders = options.folders ?? makeServerFolders();
  const token = options.token ?? TOKEN;
  const base = options.base ?? '/';
  const args = command.args({ port: await freePort(), token, base, folders });
  const [file, ...all] = [...(options.startedBy ?? []), command.file, ...args, ...(options.args ?? [])];
  const child = spawn(file as string, all, {
    cwd: folders.root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...serverEnvironment(folders), ...options.environment },
  });
  let printed = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killWithUs = (): void => {
    child.kill('SIGKILL');
    killLeftBehind(folders);
  };
  process.once('exit', killWithUs);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const tooSlow = setTimeout(() => child.kill('SIGKILL'), END_LIMIT);
    await ended;
    clearTimeout(tooSlow);
  };
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await end('SIGTERM');
    // Our kernels and their supervisor outlive the server, and would wait for the next one.
    killLeftBehind(folders);
    process.off('exit', killWithUs);
    removeServerFolders(folders);
  };
  const port = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${command.name} ${why}:\n${printed}`));
    const tooSlow = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`was not ready after ${START_LIMIT} ms`);
    }, START_LIMIT);
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const ready = command.ready.exec(printed);
      if (ready?.[1] === undefined) return;
      clearTimeout(tooSlow);
      resolve(ready[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
  });
  const origin = `http://127.0.0.1:${port}`;
  await answers(`${origin}${base}api`);
  return {
    name: command.name,
    origin,
    base,
    token,
    folders,
    pid: child.pid as number,
    output: () => printed,
    end,
    close: () => (closed ??= close()),
  };
}

/** Resolves once the port is open: jupyter_server says that it is running a moment before it listens. */
async function answers(url: string): Promise<void> {
  for (const until = Date.now() + START_LIMIT; Date.now() < until; await sleep(20)) {
    const opened = await fetch(url).then(
      () => true,
      () => false,
    );
    if (opened) return;
  }
  throw new Error(`${url} did not answer in ${START_LIMIT} ms`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
