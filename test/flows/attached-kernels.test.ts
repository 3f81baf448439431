import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { AttachHost } from '../../kernel-bridge/attach/attach-host.ts';
import { attachTarget } from '../../kernel-bridge/attach/attach-target.ts';
import { RemoteLauncher } from '../../kernel-bridge/remote/remote-launcher.ts';
import { KernelClient } from '../doubles/kernel-client.ts';
import { OthersKernels } from '../doubles/others-kernels.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import { serverEnvironment } from '../servers/server-folders.ts';

const ipython = resolve(import.meta.dirname, '../../.venv/bin/ipython');

const attachRequest = {
  kernelId: 'another',
  kernelspec: {
    name: 'x',
    resourceDirectory: '',
    prefix: null,
    spec: { argv: [], display_name: '', language: '', env: {}, interrupt_mode: 'message', metadata: {} },
  },
  workingDirectory: '/',
  sessionPath: null,
  environment: {},
  pythonPrefix: '',
  runtimeDirectory: '/',
} as const;

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

const RUNS = '/api/in-the-loop/v1/runs';
interface Run {
  readonly id: string;
  readonly status: string;
  readonly outputs?: readonly { readonly text?: string }[];
}

test('[X8] what other programs run in it goes into no cell of ours', async () => {
  await startServer();
  const kernel = await others.start();
  await others.listens(kernel);
  await addPlace();
  await expect.poll(offered).toEqual(['mine.1001']);
  const source = 'import time\nprint("ours")\ntime.sleep(0.5)\nprint("end")';
  const cell = { id: 'c', cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
  await writeFile(join(server.folders.root, 'a.ipynb'), JSON.stringify(notebook));
  const session = { path: 'a.ipynb', name: 'a.ipynb', type: 'notebook', kernel: { name: 'mine.1001' } };
  await sendOk(server, { method: 'POST', path: '/api/sessions', body: session });

  const launcher = new RemoteLauncher({
    kind: 'attach',
    host: new AttachHost(),
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
    folder: join(server.folders.own, 'another'),
  });
  ends.push(() => launcher.close());
  const other = new KernelClient();
  const request = { ...attachRequest, target: attachTarget(kernel.file) };
  other.attach(await launcher.launch(request, other.listener));
  await other.run('print("theirs, before")');
  const body = { path: 'a.ipynb', request_id: 'one' };
  await sendOk(server, { method: 'POST', path: RUNS, body });
  const theirs = other.run('print("theirs, behind")');
  const runs = async (): Promise<readonly Run[]> =>
    (await sendOk(server, { path: `${RUNS}?request_id=one` })).json<{ runs: Run[] }>().runs;
  await expect.poll(async () => (await runs())[0]?.status, { timeout: 20_000 }).toBe('done');
  await theirs;
  const { outputs } = (await sendOk(server, { path: `${RUNS}/${(await runs())[0]?.id}` })).json<Run>();
  expect(outputs?.map(({ text }) => text).join('')).toBe('ours\nend\n');
});
