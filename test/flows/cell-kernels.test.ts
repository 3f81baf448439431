import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runPython } from '../conformance/python-client.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import type { KernelMessage } from '../servers/kernel-message.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import type { ServerFolders } from '../servers/server-folders.ts';
import {
  killLeftBehind,
  makeServerFolders,
  removeServerFolders,
  serverEnvironment,
} from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';

const RUNS = '/api/in-the-loop/v1/runs';
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
interface Run {
  readonly id: string;
  readonly cell_id: string;
  readonly status: string;
  readonly prompt: object | null;
}
const runs = async (path: string): Promise<Run[]> =>
  (await sendOk(server, { path: `${RUNS}?path=${path}` })).json<{ runs: Run[] }>().runs;
const runOf = async (path: string, cell: number): Promise<Run | undefined> =>
  (await runs(path)).find(({ cell_id: id }) => id === `cell-${cell}`);

function writeNotebook(
  path: string,
  ...cells: readonly (string | { source: string; kernel: string })[]
): void {
  const written = cells.map((cell, index) => ({
    id: `cell-${index}`,
    cell_type: 'code',
    source: typeof cell === 'string' ? cell : cell.source,
    metadata: typeof cell === 'string' ? {} : { in_the_loop: { kernel: cell.kernel } },
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: written };
  writeFileSync(join(folders.root, path), JSON.stringify(notebook));
}
interface Cell {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs: readonly {
    readonly text?: string;
    readonly ename?: string;
    readonly metadata?: object;
  }[];
}
const cellsOf = async (path: string): Promise<Cell[]> =>
  (await sendOk(server, { path: `/api/contents/${path}` })).json<{ content: { cells: Cell[] } }>().content
    .cells;
const shownBy = async (path: string): Promise<string[]> =>
  (await cellsOf(path)).map(({ outputs }) => outputs.map(({ text, ename }) => ename ?? text ?? '').join('|'));

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
  // What is asked of its text, the kernel of the cell answers, if it runs; the others know nothing of it.
  const matchesOf = async (code: string): Promise<unknown> => {
    const { msg_id } = socket.send('shell', 'complete_request', { code, cursor_pos: code.length });
    const isIt = (m: KernelMessage): boolean => m.parent_header?.msg_id === msg_id;
    return (await socket.find((m) => isIt(m) && m.header.msg_type === 'complete_reply')).content;
  };
  // Jedi would look at all of Python first.
  const quick = 'get_ipython().Completer.use_jedi = False';
  await socket.execute(`%%kernel other\n${quick}\nonly_there = 1`);
  expect(await matchesOf('%%kernel other\nonly_th')).toMatchObject({
    ...{ matches: ['only_there'], cursor_start: 15, cursor_end: 22 },
  });
  expect(await matchesOf('%%kernel nowhere\nonly_th')).toMatchObject({ status: 'ok', matches: [] });
  await socket.execute(quick);
  expect(await matchesOf('only_th')).toMatchObject({ matches: [] });
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

test('a server that is killed in mid-run finds the rest of what the other kernel said, once and in order (I4)', async () => {
  const { id, socket } = await open('b.ipynb');
  writeNotebook(
    'b.ipynb',
    'print("before")',
    '%%kernel other\nimport time, sys\nfor n in range(20):\n    print(n); sys.stdout.flush(); time.sleep(0.08)\nprint(input("go?"))',
    'print("behind")',
  );
  await sendOk(server, { method: 'POST', path: RUNS, body: { path: 'b.ipynb' } });
  await socket.find((m) => JSON.stringify(m.content).includes('5'));
  await server.end('SIGKILL');
  await socket.closed;
  server = await startOurServer({ folders });
  expect((await kernels()).map(({ name }) => name).sort()).toEqual(['other', 'python3']);
  const again = await KernelSocket.open(server, id);
  await expect
    .poll(async () => (await runOf('b.ipynb', 1))?.prompt ?? null, { timeout: 20_000 })
    .not.toBe(null);
  const { id: runId } = (await runOf('b.ipynb', 1)) as Run;
  await sendOk(server, { method: 'POST', path: `${RUNS}/${runId}/input`, body: { value: 'gone on' } });
  await expect.poll(async () => (await runOf('b.ipynb', 2))?.status, { timeout: 20_000 }).toBe('done');
  const numbers = Array.from({ length: 20 }, (_, n) => `${n}\n`).join('');
  expect(await shownBy('b.ipynb')).toEqual(['before\n', `${numbers}|go? gone on\n|gone on\n`, 'behind\n']);
  await again.close();
});

test('the run queue and in-the-loop run send cells where somebody chose, and stop at an error anywhere', async () => {
  writeNotebook(
    'c.ipynb',
    'print("own")',
    { source: WHERE, kernel: 'other' },
    '%%kernel other\n1 / 0',
    'print("never")',
  );

  const child = spawn(
    process.execPath,
    [MAIN, 'run', 'c.ipynb', '--root', folders.root, '--state', folders.state, '--prefix', PREFIX],
    { cwd: folders.root, env: serverEnvironment(folders), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  expect(await shownBy('c.ipynb')).toEqual(['own\n', 'other\n', 'ZeroDivisionError', '']);
  const ranOn = (await cellsOf('c.ipynb')).map(({ metadata }) => metadata['in_the_loop_ran_on']);
  expect(ranOn.slice(1)).toEqual([OTHER, OTHER, undefined]);
  expect([code, printed]).toEqual([1, expect.stringContaining('ZeroDivisionError')]);
});

test('what was run by no kernel is said to have run on none; a notebook that moves takes its kernels along', async () => {
  const { session, socket } = await open('d.ipynb');
  writeNotebook('d.ipynb', { source: 'print(1)', kernel: 'other' }, { source: '1', kernel: 'nowhere' });
  await sendOk(server, { method: 'POST', path: RUNS, body: { path: 'd.ipynb' } });
  await expect.poll(() => shownBy('d.ipynb'), { timeout: 10_000 }).toEqual(['1\n', 'UnknownKernel']);
  const ranOn = (await cellsOf('d.ipynb')).map(({ metadata }) => metadata['in_the_loop_ran_on']);
  expect(ranOn).toEqual([OTHER, undefined]);
  // The other one goes with its notebook, and ends with it.
  const body = { path: 'moved.ipynb', name: 'moved.ipynb', type: 'notebook' };
  await sendOk(server, { method: 'PATCH', path: `/api/sessions/${session}`, body });
  const ofMoved = async (): Promise<unknown> =>
    (await runtimes()).filter(({ notebook }) => notebook === 'moved.ipynb').map((one) => one.kernelspec);
  await expect.poll(ofMoved).toEqual(['python3', 'other']);
  await socket.close();
  await sendOk(server, { method: 'DELETE', path: `/api/sessions/${session}` });
  await expect.poll(ofMoved).toEqual([]);
});

test('nbclient has a cell run elsewhere through the gateway', async () => {
  const sources = ['x = 1', `%%kernel other\n${WHERE}\n"shown"`, 'print(x)'];
  const { result, output } = await runPython(server, 'gateway_ai_cell.py', [
    server.origin,
    server.token,
    ...sources,
  ]);
  expect(result, output).toEqual({
    shown: [[], ['other\n', { 'text/plain': "'shown'" }], ['1\n']],
    counts: [1, 2, 3],
  });
});
