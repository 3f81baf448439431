import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { runPython } from '../conformance/python-client.ts';
import { ScriptedProvider } from '../doubles/scripted-provider.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import {
  killLeftBehind,
  makeServerFolders,
  removeServerFolders,
  serverEnvironment,
} from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';

const RUNS = '/api/in-the-loop/v1/runs';
let provider: ScriptedProvider;
let server: JupyterServerProcess;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
afterAll(() => provider.server.close());
beforeEach(async () => {
  provider.answers.length = 0;
  server = await startOurServer({ environment: provider.environment });
});
afterEach(() => server.close());

function writeNotebook(root: string, ...sources: readonly string[]): void {
  const cells = sources.map((source, index) => ({
    id: `cell-${index}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
  writeFileSync(join(root, 'a.ipynb'), JSON.stringify(notebook));
}

interface Cell {
  readonly outputs: readonly {
    readonly data?: Readonly<Record<string, string | readonly string[]>>;
    readonly ename?: string;
    readonly text?: string | readonly string[];
  }[];
}
const textOf = (text: string | readonly string[] | undefined): string =>
  typeof text === 'string' ? text : (text ?? []).join('');
const shownBy = ({ cells }: { readonly cells: readonly Cell[] }): string[] =>
  cells.map(({ outputs }) =>
    outputs.map(({ data, ename, text }) => ename ?? textOf(data?.['text/markdown'] ?? text)).join('|'),
  );
const shownNow = async (): Promise<string[]> =>
  shownBy(
    (await sendOk(server, { path: '/api/contents/a.ipynb' })).json<{ content: { cells: Cell[] } }>().content,
  );

test('a client that knows nothing of us gets an answer as the kernel would give it, in its turn (I1)', async () => {
  const id = await startKernel(server);
  const socket = await KernelSocket.open(server, id);
  const watcher = await KernelSocket.open(server, id);
  provider.answers.push({
    headers: provider.wire.headers,
    frames: provider.wire.frames({ text: ['It is ', '**forty-two**.'] }),
  });
  const before = socket.start('import time\ntime.sleep(0.5)\nanswer = 42\ndata = list(range(1000))');
  const asked = socket.start('\n%%ai openai:gpt-5.1\nWhat is {answer}, {data} and {nothing}?');
  const behind = socket.start('print(answer + 1)');
  const [first, ai, last] = [
    await socket.finish(before),
    await socket.finish(asked),
    await socket.finish(behind),
  ];
  expect(ai.iopub.map(({ header }) => header.msg_type)).toEqual(
    expect.arrayContaining(['status', 'execute_input', 'display_data', 'status']),
  );
  expect(ai.iopub[0]).toMatchObject({ header: { msg_type: 'status' }, content: { execution_state: 'busy' } });
  expect(ai.iopub[1]).toMatchObject({
    header: { msg_type: 'execute_input' },
    content: { execution_count: 2, code: expect.stringContaining('%%ai') as string },
    parent_header: { msg_id: asked.msg_id },
  });
  const displays = ai.iopub.filter(({ header }) => header.msg_type.endsWith('display_data'));
  expect(displays.at(-1)?.content).toMatchObject({ data: { 'text/markdown': 'It is **forty-two**.' } });
  const ids = displays.map(({ content }) => (content['transient'] as { display_id: string }).display_id);
  expect(new Set(ids).size).toBe(1);
  expect(ai.reply.content).toMatchObject({ status: 'ok', execution_count: 2 });
  expect(first.reply.content).toMatchObject({ execution_count: 1 });
  expect(last.text).toBe('43\n');
  const order = socket.received
    .filter(({ header }) => header.msg_type === 'execute_input')
    .map(({ parent_header }) => parent_header?.msg_id);
  expect(order).toEqual([before, asked, behind].map(({ msg_id }) => msg_id));
  // Another client hears the same.
  await watcher.find(
    (m) => m.header.msg_type === 'execute_input' && m.parent_header?.msg_id === behind.msg_id,
  );
  expect(watcher.received.filter(({ header }) => header.msg_type.endsWith('display_data'))).toHaveLength(
    displays.length,
  );
  expect(provider.told).toMatch(/<variable name="data">\s*\[0,/);
  expect(provider.told).toContain('What is 42, {data} and {nothing}?');
  await Promise.all([socket.close(), watcher.close()]);
});

test('an interrupt ends the answer, keeps what was said, and what waits is not run', async () => {
  const id = await startKernel(server);
  const socket = await KernelSocket.open(server, id);
  // A kernel is "starting" until it has answered, whoever answers its cells.
  await socket.execute('1');
  provider.answers.push({
    headers: provider.wire.headers,
    frames: provider.wire.frames({ text: ['Well, ', 'let me see'] }).slice(0, 3),
    ending: 'held',
  });
  const asked = socket.start('%%ai openai:gpt-5.1 what now?');
  const behind = socket.start('print("never")');
  await socket.find((m) => m.header.msg_type === 'display_data');
  const { execution_state: state } = (await sendOk(server, { path: `/api/kernels/${id}` })).json();
  expect(state).toBe('busy');
  await sendOk(server, { method: 'POST', path: `/api/kernels/${id}/interrupt` });
  const [ai, rest] = [await socket.finish(asked), await socket.finish(behind)];
  expect(ai.reply.content).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
  expect(JSON.stringify(ai.iopub)).toContain('Well, ');
  expect(rest.reply.content).toMatchObject({ status: 'aborted' });
  await provider.server.abandoned;
  // The kernel itself was left alone.
  expect((await socket.execute('print(1)')).text).toBe('1\n');
  await socket.close();
});

test('the run queue has cells answered too, with the cells that they mention, and a server that is killed asks again', async () => {
  writeNotebook(
    server.folders.root,
    'print("the sum is 45")',
    '%%ai openai:gpt-5.1\nExplain @cell:cell-0 please.',
    'print("behind")',
  );
  provider.answers.push({
    headers: provider.wire.headers,
    frames: provider.wire.frames({ text: ['Half an ans', 'wer'] }).slice(0, 3),
    ending: 'held',
  });
  await sendOk(server, { method: 'POST', path: RUNS, body: { path: 'a.ipynb' } });
  await expect
    .poll(shownNow, { timeout: 20_000 })
    .toEqual(['the sum is 45\n', expect.stringMatching(/^Half an ans/), '']);
  expect(provider.told).toMatch(/<notebook-cell id="cell-0"[^]*the sum is 45[^]*Explain @cell:cell-0/);

  const { folders } = server;
  await server.end('SIGKILL');
  provider.says('A whole ', 'answer.');
  server = await startOurServer({ folders, environment: provider.environment });
  await expect
    .poll(shownNow, { timeout: 20_000 })
    .toEqual(['the sum is 45\n', 'A whole answer.', 'behind\n']);
  const { runs } = (await sendOk(server, { path: `${RUNS}?path=a.ipynb` })).json<{
    runs: { status: string }[];
  }>();
  expect(runs.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
});

test('what goes wrong at the model, or is wrong in the cell, is a readable error', async () => {
  const socket = await KernelSocket.open(server, await startKernel(server));
  provider.answers.push(provider.wire.trouble('bad-key'));
  const { reply, iopub } = await socket.execute('%%ai openai:gpt-5.1\nHello?');
  expect(reply.content).toMatchObject({ status: 'error', ename: 'ModelError' });
  expect(iopub.find(({ header }) => header.msg_type === 'error')?.content['evalue']).toMatch(/key/);
  expect(JSON.stringify(iopub)).not.toContain('sk-only-here');
  expect((await socket.execute('%%ai gpt\nHello?')).reply.content['evalue']).toMatch(/PROVIDER:MODEL/);
  expect((await socket.execute('%%ai')).reply.content['evalue']).toMatch(/Write what you want to know/);
  // Only the first line makes it one.
  expect((await socket.execute('print("%%ai")')).text).toBe('%%ai\n');
  await socket.close();
});

test('with nothing configured it says how to start, Ollama first', async () => {
  await server.close();
  server = await startOurServer({ environment: { OLLAMA_HOST: '127.0.0.1:1' } });
  const socket = await KernelSocket.open(server, await startKernel(server));
  const { reply, iopub } = await socket.execute('%%ai\nHello?');
  expect(reply.content).toMatchObject({ status: 'error', ename: 'NoModel' });
  const shown = JSON.stringify(iopub.find(({ header }) => header.msg_type === 'display_data')?.content);
  expect(shown.indexOf('ollama pull')).toBeGreaterThan(0);
  expect(shown.indexOf('ollama pull')).toBeLessThan(shown.indexOf('OPENAI_API_KEY'));
  await socket.close();
});

test('nbclient gets an answer through the gateway', async () => {
  provider.says('A bird.');
  const { result, output } = await runPython(server, 'gateway_ai_cell.py', [server.origin, server.token]);
  expect(result, output).toEqual({
    shown: [[], [{ 'text/markdown': 'A bird.', 'text/plain': 'A bird.' }], ['plover\n']],
    counts: [1, 2, 3],
  });
  expect(provider.told).toContain('What is a plover?');
});

test('in-the-loop run has them answered by a server of its own, which knows the models of its configuration file', async () => {
  const folders = makeServerFolders();
  const configuration = join(folders.own, 'config.json');
  const mine = { url: `${provider.server.url}/v1`, 'key-variable': 'MINE' };
  writeFileSync(configuration, JSON.stringify({ ai: { providers: { mine } } }));
  writeNotebook(folders.root, 'x = "plover"', '%%ai mine:gpt-5.1\nWhat is a {x}?');
  provider.says('Still a bird.');
  const places = ['--root', folders.root, '--state', folders.state, '--prefix', PREFIX];
  const child = spawn(process.execPath, [MAIN, 'run', 'a.ipynb', '--config', configuration, ...places], {
    cwd: folders.root,
    env: { ...serverEnvironment(folders), MINE: 'sk-mine', OLLAMA_HOST: '127.0.0.1:1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, printed]).toEqual([0, expect.stringContaining('2 of 2 cells done')]);
  const notebook = JSON.parse(readFileSync(join(folders.root, 'a.ipynb'), 'utf8')) as { cells: Cell[] };
  expect(shownBy(notebook)).toEqual(['', 'Still a bird.']);
  killLeftBehind(folders);
  removeServerFolders(folders);
});
