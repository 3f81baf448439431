import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { OthersKernels } from '../doubles/others-kernels.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import { serverEnvironment } from '../servers/server-folders.ts';

const ipython = resolve(import.meta.dirname, '../../.venv/bin/ipython');

let server: JupyterServerProcess;
let others: OthersKernels;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await server.close();
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function startServer(): Promise<void> {
  server = await startOurServer();
  others = new OthersKernels(server.folders.runtime);
  ends.push(() => others.close());
}

async function addPlace(): Promise<void> {
  const body = { id: 'mine', title: 'Mine', kind: 'attach', settings: {} };
  await sendOk(server, { method: 'POST', path: '/api/in-the-loop/v1/places', body });
}

/** The full names of the kernels that are offered there. */
async function offered(): Promise<string[]> {
  await send(server, { method: 'POST', path: '/api/in-the-loop/v1/places/mine/refresh' });
  const { kernelspecs } = (await sendOk(server, { path: '/api/kernelspecs' })).json<{
    kernelspecs: Record<string, unknown>;
  }>();
  return Object.keys(kernelspecs).filter((name) => name.startsWith('mine.'));
}

test('I4 [X8] what was started by hand is run in, outlives the server, and is ended by nothing here', async () => {
  await startServer();
  // As a person starts one in a terminal, to open it later by `jupyter console --existing`.
  const byHand = spawn(ipython, ['kernel'], { env: serverEnvironment(server.folders), stdio: 'ignore' });
  const exited = once(byHand, 'exit');
  ends.push(() => {
    byHand.kill('SIGKILL');
    return exited;
  });
  await startKernel(server);
  await addPlace();
  await expect.poll(offered, { timeout: 20_000 }).toEqual([`mine.${byHand.pid}`]);

  const id = await startKernel(server, `mine.${byHand.pid}`);
  const socket = await KernelSocket.open(server, id);
  await socket.execute('kept = 42');
  expect(await offered()).toEqual([`mine.${byHand.pid}`]);
  const asked = socket.start(
    'import time\nfor i in range(40):\n    print(i, flush=True)\n    time.sleep(0.05)',
  );
  await socket.find((m) => m.content['text'] === '5\n');
  await server.end('SIGKILL');
  const { port } = new URL(server.origin);
  server = await startOurServer({ folders: server.folders, args: ['--port', port] });
  const again = await KernelSocket.open(server, id, { sessionId: socket.sessionId });
  await again.find((m) => m.channel === 'shell' && m.parent_header.msg_id === asked.msg_id);
  const printed = (await loggedEvents(server, `kernel/${id}`))
    .filter(({ message }) => message?.header.msg_type === 'stream')
    .map(({ message }) => String(message?.content['text']))
    .join('');
  expect(printed).toBe(Array.from({ length: 40 }, (_, each) => `${each}\n`).join(''));
  expect((await again.execute('print(kept)')).text).toBe('42\n');

  const restart = await send(server, { method: 'POST', path: `/api/kernels/${id}/restart` });
  expect(restart.status).toBeGreaterThanOrEqual(400);
  expect(restart.text()).toContain('it was not started from here');
  expect((await again.execute('print(kept)')).text).toBe('42\n');
  expect((await send(server, { method: 'DELETE', path: `/api/kernels/${id}` })).status).toBe(204);
  const next = await startKernel(server, `mine.${byHand.pid}`);
  const after = await KernelSocket.open(server, next);
  expect((await after.execute('print(kept)')).text).toBe('42\n');
  const args = [MAIN, 'stop', '--root', server.folders.root, '--state', server.folders.state];
  await promisify(execFile)(process.execPath, args, { env: serverEnvironment(server.folders) });
  expect(byHand.exitCode).toBeNull();
  expect(byHand.signalCode).toBeNull();
});

test('a kernel that is gone is a clear error where the person looks', async () => {
  await startServer();
  const kernel = await others.start();
  await others.listens(kernel);
  await addPlace();
  await expect.poll(offered).toEqual(['mine.1001']);
  const exited = once(kernel.process, 'exit');
  kernel.process.kill('SIGKILL');
  await exited;
  const asked = { method: 'POST', path: '/api/kernels', body: { name: 'mine.1001' } } as const;
  const answer = await send(server, asked);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.text()).toContain('it has ended, and left the file behind');
  expect(await offered()).toEqual([]);
});
