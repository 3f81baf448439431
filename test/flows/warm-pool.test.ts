import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { loggedEvents } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';

let server: JupyterServerProcess;
afterEach(() => server.close());

interface Warm {
  readonly kernelspec: string;
  readonly wanted: number;
  readonly waiting: number;
  readonly problem: string | null;
}

async function warm(): Promise<Warm[]> {
  const answer = await sendOk(server, { path: '/api/in-the-loop/v1/runtimes' });
  return answer.json<{ warm: Warm[] }>().warm;
}
const untilWaiting = (count: number) =>
  expect.poll(async () => (await warm())[0]?.waiting, { timeout: 30_000, interval: 50 }).toBe(count);
const kernels = async () =>
  (await sendOk(server, { path: '/api/kernels' })).json<{ id: string; execution_state: string }[]>();

/** As JupyterLab opens a notebook. */
async function openNotebook(path: string): Promise<{ id: string; kernel: KernelSocket }> {
  const body = { path, name: basename(path), type: 'notebook', kernel: { name: 'python3' } };
  const answer = await sendOk(server, { method: 'POST', path: '/api/sessions', body });
  const { id } = answer.json<{ kernel: { id: string } }>().kernel;
  return { id, kernel: await KernelSocket.open(server, id) };
}
const WHERE = `
import os, sys, beside
(os.getcwd(), os.environ.get('JPY_SESSION_NAME'), '' in sys.path, beside.here, [str(each) for each in _dh], __session__)`;
const valueIn = (result: Awaited<ReturnType<KernelSocket['execute']>>): string => {
  const message = result.iopub.find(({ header }) => header.msg_type === 'execute_result');
  return (message?.content['data'] as Record<string, string>)['text/plain'] ?? '';
};
const ROOT_ARGS = ['--warm-kernels', 'python3=1'];

test('a kernel that waited is a new one in its notebook: its folder, In [1], nothing said before; so is the next process', async () => {
  server = await startOurServer({ args: [...ROOT_ARGS, '--max-kernels', '2'] });
  const { root } = server.folders;
  mkdirSync(join(root, 'a folder'));
  writeFileSync(join(root, 'a folder', 'beside.py'), 'here = True');
  await untilWaiting(1);
  expect(await kernels()).toEqual([]);
  const { id, kernel } = await openNotebook('a folder/ü "1".ipynb');
  expect((await warm())[0]).toMatchObject({ wanted: 1, waiting: 0, problem: null });
  const names = await kernel.execute(
    'print(sorted(name for name in globals() if not name.startswith("__")))',
  );
  expect(names.reply.content).toMatchObject({ execution_count: 1 });
  const folder = join(root, 'a folder');
  const path = join(folder, 'ü "1".ipynb');
  const place = `('${folder}', '${path}', True, True, ['${folder}'], '${path}')`;
  const flat = (text: string): string => text.replace(/\s*\n\s*/g, ' ');
  expect(flat(valueIn(await kernel.execute(WHERE)))).toBe(place);
  expect(valueIn(await kernel.execute('(In[0], In[1][:5], len(In), list(Out))'))).toBe(
    `('', 'print', 4, [2])`,
  );
  // The log begins with its start, and what was said while it waited is not in it.
  const [first, ...others] = await loggedEvents(server, `kernel/${id}`);
  expect(first).toMatchObject({ type: 'kernel-started', data: { workingDirectory: folder } });
  expect(others.filter(({ type }) => type === 'kernel-message')[0]?.data).toMatchObject({
    messageType: 'status',
    parentSession: kernel.sessionId,
  });
  await sendOk(server, { method: 'POST', path: `/api/kernels/${id}/restart` });
  expect(flat(valueIn(await kernel.execute(WHERE)))).toBe(place);

  // Its own death is followed by a process in the same place.
  await kernel.execute('import os; os._exit(1)');
  expect(flat(valueIn(await kernel.execute(WHERE)))).toBe(place);

  // A fresh one knows the same names.
  await sendOk(server, { method: 'POST', path: `/api/kernels/${id}/restart` });
  const fresh = await kernel.execute(
    'print(sorted(name for name in globals() if not name.startswith("__")))',
  );
  expect(names.text).toBe(fresh.text);
  await kernel.close();
  // The limit on kernels leaves room for one to wait, until people need it.
  await untilWaiting(1);
  await sendOk(server, { method: 'POST', path: '/api/kernels', body: { env: { KERNEL_X: '1' } } });
  await untilWaiting(0);
  expect((await send(server, { method: 'POST', path: '/api/kernels', body: {} })).status).toBe(409);
});

test('[I4] a killed server leaves its kernel to its notebook, and what waited to the next server or to nobody', async () => {
  server = await startOurServer({ args: [...ROOT_ARGS, '--limits', 'idle_time=1h'] });
  const { folders } = server;
  await untilWaiting(1);
  const { id, kernel } = await openNotebook('a.ipynb');
  await kernel.execute('x = 6');
  await untilWaiting(1);
  await server.end('SIGKILL');
  server = await startOurServer({ folders, args: ROOT_ARGS });
  await untilWaiting(1);
  expect((await kernels()).map((each) => each.id)).toEqual([id]);
  const again = await KernelSocket.open(server, id);
  expect(valueIn(await again.execute('x * 7'))).toBe('42');
  await again.close();
  await server.end('SIGKILL');
  server = await startOurServer({ folders });
  expect((await kernels()).map((each) => each.id)).toEqual([id]);
  expect(await warm()).toEqual([]);
});
