import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { KernelMessage } from '../servers/kernel-message.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import type { ServerFolders } from '../servers/server-folders.ts';
import { killLeftBehind, makeServerFolders, removeServerFolders } from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';

const OTHER = { kernel: 'other', display_name: 'Other Python', place: null };
let folders: ServerFolders;
let server: JupyterServerProcess;
beforeAll(async () => {
  folders = makeServerFolders();
  const folder = join(folders.data, 'kernels', 'other');
  mkdirSync(folder, { recursive: true });
  const argv = [join(PREFIX, 'bin', 'python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
  writeFileSync(
    join(folder, 'kernel.json'),
    JSON.stringify({ argv, display_name: 'Other Python', language: 'python', env: { WHERE: 'other' } }),
  );
  server = await startOurServer({ folders });
});
afterAll(async () => {
  await server.end('SIGKILL');
  killLeftBehind(folders);
  removeServerFolders(folders);
});

interface Kernel {
  readonly id: string;
  readonly name: string;
  readonly execution_state: string;
}
const kernels = async (): Promise<Kernel[]> =>
  (await sendOk(server, { path: '/api/kernels' })).json<Kernel[]>();
async function open(path: string): Promise<{ id: string; session: string; socket: KernelSocket }> {
  const body = { path, name: path, type: 'notebook', kernel: { name: 'python3' } };
  const { id: session, kernel } = (
    await sendOk(server, { method: 'POST', path: '/api/sessions', body })
  ).json<{ id: string; kernel: Kernel }>();
  return { id: kernel.id, session, socket: await KernelSocket.open(server, kernel.id) };
}
const WHERE = 'import os\nprint(os.environ.get("WHERE"))';
const errorIn = (messages: readonly KernelMessage[]): Record<string, unknown> | undefined =>
  messages.find(({ header }) => header.msg_type === 'error')?.content;

test('a cell that says %%kernel is run by that kernel, in its turn, and its output says where it ran', async () => {
  const { id, session, socket } = await open('a.ipynb');
  const watcher = await KernelSocket.open(server, id);
  const requests = [
    'x = "own"\nimport time; time.sleep(0.3)',
    '%%kernel other\nfrom IPython.display import display\nx = "other"\ndisplay(x, display_id="d")',
    'print(x)',
    `\n%%kernel Other Python\n${WHERE}\nprint(x)\nx`,
    '%%kernel python3\nprint(x)',
  ].map((code) => socket.start(code));
  const done = [];
  for (const request of requests) done.push(await socket.finish(request));
  const [, shown, own, other, named] = done;
  expect([own?.text, other?.text, named?.text]).toEqual(['own\n', 'other\nother\n', 'own\n']);
  expect(shown?.reply.content).toMatchObject({ status: 'ok', execution_count: 1 });
  const display = shown?.iopub.find(({ header }) => header.msg_type === 'display_data');
  expect(display?.content['metadata']).toEqual({ in_the_loop: OTHER });
  const result = other?.iopub.find(({ header }) => header.msg_type === 'execute_result');
  expect(result?.content).toMatchObject({ execution_count: 2, metadata: { in_the_loop: OTHER } });
  expect(other?.reply).toMatchObject({ metadata: { in_the_loop: OTHER } });
  const begun = socket.received.filter(({ header }) => header.msg_type === 'execute_input');
  expect(begun.map(({ parent_header }) => parent_header?.msg_id)).toEqual(
    requests.map(({ msg_id }) => msg_id),
  );
  const isLast = (m: KernelMessage): boolean => m.parent_header?.msg_id === requests[4]?.msg_id;
  await watcher.find((m) => isLast(m) && m.content['execution_state'] === 'idle');
  const inOrder = (received: readonly KernelMessage[]): string[] =>
    received
      .filter(
        ({ channel, parent_header: parent }) =>
          channel === 'iopub' && requests.some(({ msg_id }) => msg_id === parent?.msg_id),
      )
      .map(({ header }) => header.msg_id);
  expect(inOrder(watcher.received)).toEqual(inOrder(socket.received));
  expect(new Set(inOrder(socket.received)).size).toBe(inOrder(socket.received).length);

  // What is chosen for a cell goes with its metadata, as stock JupyterLab sends them.
  const chosen = socket.start(WHERE, {}, { cellId: 'c', in_the_loop: { kernel: 'other' } });
  expect((await socket.finish(chosen)).text).toBe('other\n');
  const unknown = await socket.execute('%%kernel nowhere\n1');
  expect(errorIn(unknown.iopub)?.['evalue']).toMatch(
    /no kernel named “nowhere”.*python3 \(.*other \(Other Python\)/,
  );

  // An error there stops what waits, and so does an interrupt, which reaches the one that runs.
  const fails = socket.start('%%kernel other\n1 / 0');
  const behind = [socket.start('print("never")'), socket.start('%%kernel other\nprint("never")')];
  expect((await socket.finish(fails)).reply.content).toMatchObject({ ename: 'ZeroDivisionError' });
  for (const one of behind) expect((await socket.finish(one)).reply.content['status']).toBe('aborted');
  const sleeps = socket.start('%%kernel other\nprint("now")\nimport time; time.sleep(60)');
  await socket.find((m) => m.parent_header?.msg_id === sleeps.msg_id && m.header.msg_type === 'stream');
  expect((await kernels()).map(({ name, execution_state: state }) => [name, state])).toEqual([
    ['python3', 'busy'],
    ['other', 'busy'],
  ]);
  await sendOk(server, { method: 'POST', path: `/api/kernels/${id}/interrupt` });
  expect(errorIn((await socket.finish(sleeps)).iopub)?.['ename']).toBe('KeyboardInterrupt');

  // Somebody types for it.
  const asks = socket.start('%%kernel other\nprint(input("name?"))');
  const prompt = await socket.find((m) => m.header.msg_type === 'input_request');
  expect(prompt.parent_header?.msg_id).toBe(asks.msg_id);
  socket.send('stdin', 'input_reply', { status: 'ok', value: 'Ada' });
  expect((await socket.finish(asks)).text).toBe('Ada\n');

  // The notebook's kernel may die: the other one goes on with the cell.
  const goesOn = socket.start('%%kernel other\nimport time; print("on"); time.sleep(1.5); print(x)');
  await socket.find((m) => m.parent_header?.msg_id === goesOn.msg_id && m.header.msg_type === 'stream');
  const { pid } = (await runtimes()).find(({ kernelspec }) => kernelspec === 'python3') ?? { pid: 0 };
  process.kill(pid, 'SIGKILL');
  expect((await socket.finish(goesOn)).text).toBe('on\nother\n');
  expect((await socket.execute('print(1)')).text).toBe('1\n');

  // The death of the other one is told in its cell.
  const dies = socket.start('%%kernel other\nimport os, signal; os.kill(os.getpid(), signal.SIGSEGV)');
  expect(errorIn((await socket.finish(dies)).iopub)).toMatchObject({
    ename: 'KernelDied',
    evalue: expect.stringContaining('SIGSEGV') as string,
  });
  expect((await socket.execute(`%%kernel other\n${WHERE}`)).text).toBe('other\n');

  await Promise.all([socket.close(), watcher.close()]);
  await sendOk(server, { method: 'DELETE', path: `/api/sessions/${session}` });
  await expect.poll(kernels).toEqual([]);
});

interface Runtime {
  readonly kernelId: string;
  readonly kernelspec: string;
  readonly pid: number;
  readonly notebook: string | null;
}
const runtimes = async (): Promise<Runtime[]> =>
  (await sendOk(server, { path: '/api/in-the-loop/v1/runtimes' })).json<{ runtimes: Runtime[] }>().runtimes;
