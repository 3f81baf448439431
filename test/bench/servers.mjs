import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const project = join(import.meta.dirname, '..', '..');
const python = join(project, '.venv', 'bin', 'python');
const TOKEN = 'bench';
export const JUPYTER_SERVER = 'jupyter_server';
export const UNLIMITED = 'jupyter_server, unlimited';
export const OURS = 'In the Loop';
/** Documents in memory alone: the floor of `collab`. */
export const RELAY = 'in-memory relay';

export const folder = mkdtempSync(join(tmpdir(), 'in-the-loop-bench-'));

/** A kernelspec folder a kernel name, installed where both servers find it through JUPYTER_PATH. */
export function installKernelspecs() {
  const specs = {
    echo: {
      argv: [python, join(import.meta.dirname, 'echo-kernel', 'echo_kernel.py'), '{connection_file}'],
      interrupt_mode: 'message',
    },
    python3: {
      argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      metadata: { debugger: true },
    },
  };
  const directories = {};
  for (const [name, spec] of Object.entries(specs)) {
    directories[name] = join(folder, 'share', 'kernels', name);
    mkdirSync(directories[name], { recursive: true });
    writeFileSync(
      join(directories[name], 'kernel.json'),
      JSON.stringify({ display_name: name, language: name, ...spec }),
    );
  }
  return directories;
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const jupyterLab = (port, root, ...more) => [
  join(project, '.venv', 'bin', 'jupyter'),
  [
    'lab',
    '--no-browser',
    '--allow-root',
    `--port=${port}`,
    `--ServerApp.root_dir=${root}`,
    `--IdentityProvider.token=${TOKEN}`,
    ...more,
  ],
];
const commands = {
  [JUPYTER_SERVER]: jupyterLab,
  [UNLIMITED]: (port, root) => jupyterLab(port, root, '--ZMQChannelsWebsocketConnection.limit_rate=False'),
  [OURS]: (port, root) => [
    process.execPath,
    [
      join(project, 'dist', 'server', 'main.js'),
      '--no-browser',
      '--port',
      port,
      '--root',
      root,
      '--token',
      TOKEN,
      '--state',
      join(root, '..', 'state'),
      '--prefix',
      join(project, '.venv'),
    ],
  ],
};

/** The process that holds our kernels, if one runs; jupyter_server holds them itself. */
function supervisorsOf(stateDirectory) {
  const folders = readdirSync(stateDirectory).filter((name) => name.startsWith('supervisor-'));
  return folders.flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(stateDirectory, name, 'supervisor.json'), 'utf8')).pid];
    } catch {
      return []; // It has ended, or has not started yet.
    }
  });
}

/**
 * Starts a server; resolves once it answers, with how long that took.
 * @param own a folder for its root, state and settings; a fresh one by default
 * @param more further arguments
 */
export async function startServer(name, own = mkdtempSync(join(folder, 'server-')), more = []) {
  const port = await freePort();
  const root = join(own, 'root');
  mkdirSync(root, { recursive: true });
  const [command, args] = commands[name](String(port), root);
  const started = performance.now();
  const child = spawn(command, [...args, ...more], {
    stdio: 'ignore',
    detached: true,
    env: {
      ...process.env,
      JUPYTER_PATH: join(folder, 'share'),
      JUPYTER_CONFIG_DIR: join(own, 'config'),
      JUPYTER_DATA_DIR: join(own, 'data'),
      JUPYTER_RUNTIME_DIR: join(own, 'runtime'),
    },
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  for (;;) {
    const answered = await fetch(`${baseUrl}/api/status?token=${TOKEN}`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) break;
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    await sleep(5);
  }
  const startMilliseconds = performance.now() - started;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    name,
    baseUrl,
    token: TOKEN,
    pid: child.pid,
    stateDirectory: name === OURS ? join(own, 'state') : null,
    root,
    /** All processes that belong to it and are no kernels. */
    get pids() {
      return [child.pid, ...(name === OURS ? supervisorsOf(join(own, 'state')) : [])];
    },
    startMilliseconds,
    async close() {
      // With its kernels, which outlive our server where it is only terminated.
      await fetch(`${baseUrl}/api/shutdown?token=${TOKEN}`, { method: 'POST' }).catch(() => undefined);
      await Promise.race([ended, sleep(8_000).then(() => child.kill('SIGKILL'))]);
    },
  };
}

export const removeFolder = () => rmSync(folder, { recursive: true, force: true });
