import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';

interface Cell {
  readonly id: string;
  readonly source: string;
  readonly execution_count: number | null;
  readonly metadata: Record<string, unknown>;
  readonly outputs: readonly { readonly text?: string | readonly string[] }[];
}
interface Notebook {
  readonly cells: readonly Cell[];
}
interface Model {
  readonly hash: string;
  readonly last_modified: string;
  readonly content: Notebook;
}

const code = (id: string, source: string, extra: object = {}) => ({
  id,
  cell_type: 'code',
  execution_count: null,
  metadata: {},
  outputs: [],
  source,
  ...extra,
});
const notebookOf = (...cells: object[]) => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
/** Prints 0 to 9, a line each 100 ms. */
const TEN_LINES = 'import time\nfor i in range(10):\n    print(i, flush=True)\n    time.sleep(0.1)';
const TEN = Array.from({ length: 10 }, (_, line) => `${line}\n`).join('');

describe('a notebook whose cells are run by a client that knows nothing of us', () => {
  let server: JupyterServerProcess;
  let kernelId: string;

  const onDisk = (path = 'n.ipynb'): Notebook =>
    JSON.parse(readFileSync(join(server.folders.root, path), 'utf8')) as Notebook;
  const textOf = (cell: Cell | undefined): string =>
    (cell?.outputs ?? []).flatMap(({ text = '' }) => text).join('');
  const textOnDisk = (id: string): string => textOf(onDisk().cells.find((cell) => cell.id === id));
  const bytesOnDisk = (): Buffer => readFileSync(join(server.folders.root, 'n.ipynb'));
  const get = async (query: string): Promise<Model> =>
    (await sendOk(server, { path: `/api/contents/n.ipynb?${query}` })).json<Model>();
  const put = async (content: object): Promise<Model> => {
    const body = { type: 'notebook', format: 'json', content };
    return (await sendOk(server, { method: 'PUT', path: '/api/contents/n.ipynb', body })).json<Model>();
  };
  const version = async () => {
    const { hash, last_modified: modified } = await get('content=0&hash=1');
    return { hash, modified };
  };
  const openPage = async (): Promise<{ content: Notebook; socket: KernelSocket }> => {
    const { content } = await get('content=1&hash=1');
    const body = { path: 'n.ipynb', type: 'notebook', name: 'n.ipynb', kernel: { name: 'python3' } };
    const session = await sendOk(server, { method: 'POST', path: '/api/sessions', body });
    kernelId = session.json<{ kernel: { id: string } }>().kernel.id;
    return { content, socket: await KernelSocket.open(server, kernelId) };
  };
  const run = (socket: KernelSocket, cellId: string, source: string) =>
    socket.start(source, {}, { cellId, recordTiming: true });
  const runToEnd = (socket: KernelSocket, cellId: string, source: string) =>
    socket.finish(run(socket, cellId, source));
  const leave = async (socket: KernelSocket): Promise<void> => {
    socket.socket.terminate();
    await socket.closed;
  };
  const foldedOnDisk = (id: string, text: string) =>
    expect.poll(() => textOnDisk(id), { timeout: 15_000 }).toBe(text);

  beforeEach(async () => {
    server = await startOurServer();
  });
  afterEach(() => server.close());

  test('I2: gets its outputs into the file when the client is gone, and stays the version that it was', async () => {
    await put(notebookOf(code('a', TEN_LINES), code('b', 'other', { metadata: { tags: ['kept'] } })));
    const before = await version();
    const { socket } = await openPage();
    run(socket, 'a', TEN_LINES);
    await socket.find((message) => message.content['text'] === '2\n');
    await leave(socket);
    await foldedOnDisk('a', TEN);
    const [ran, other] = onDisk().cells;
    expect(ran?.execution_count).toBe(1);
    expect(ran?.metadata['execution']).toHaveProperty(['shell.execute_reply']);
    expect(other).toEqual({ ...code('b', ['other'] as never), metadata: { tags: ['kept'] } });
    expect(createHash('sha256').update(bytesOnDisk()).digest('hex')).not.toBe(before.hash);
    expect(await version()).toEqual(before);
    const listing = (await sendOk(server, { path: '/api/contents' })).json<{ content: Model[] }>();
    expect(listing.content[0]?.last_modified).toBe(before.modified);
    const read = await sendOk(server, { path: '/api/contents/n.ipynb?hash=1' });
    expect(read.headers['last-modified']).toBe(new Date(before.modified).toUTCString());
    expect(read.json<Model>()).toMatchObject({ hash: before.hash, last_modified: before.modified });
    expect(read.json<Model>().content.cells[0]?.metadata['trusted']).toBe(true);
  });

  test('shows at once what has been said, before the file has it', async () => {
    await put(notebookOf(code('a', TEN_LINES)));
    const { socket } = await openPage();
    run(socket, 'a', TEN_LINES);
    await socket.find((message) => message.content['text'] === '3\n');
    const { content } = await get('content=1');
    expect(textOf(content.cells[0]).startsWith('0\n1\n2\n3\n')).toBe(true);
    await leave(socket);
  });

  test('keeps what arrived while a page that saves was not there', async () => {
    await put(notebookOf(code('a', TEN_LINES)));
    const { content, socket } = await openPage();
    run(socket, 'a', TEN_LINES);
    await socket.find((message) => message.content['text'] === '2\n');
    await leave(socket);
    await foldedOnDisk('a', TEN);
    const before = await version();
    await put(content);
    expect(textOnDisk('a')).toBe(TEN);
    const after = await version();
    expect(after.hash).toBe(createHash('sha256').update(bytesOnDisk()).digest('hex'));
    expect(after).not.toEqual(before);
    await expect.poll(version).toEqual(after);
  });

  test('stays cleared by a page that has seen the outputs', async () => {
    await put(notebookOf(code('a', 'print("seen")')));
    const { content, socket } = await openPage();
    await runToEnd(socket, 'a', 'print("seen")');
    await foldedOnDisk('a', 'seen\n');
    await get('content=0&hash=1');
    await put(content);
    expect(textOnDisk('a')).toBe('');
    await leave(socket);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(textOnDisk('a')).toBe('');
    expect(textOf((await get('content=1')).content.cells[0])).toBe('');
  });

  test('of two pages, one that lacks the outputs of the other loses none of them by saving', async () => {
    await put(notebookOf(code('a', 'print("mine")'), code('b', '')));
    const first = await openPage();
    const second = await openPage();
    await runToEnd(first.socket, 'a', 'print("mine")');
    await put(second.content);
    expect(textOnDisk('a')).toBe('mine\n');
    await Promise.all([leave(first.socket), leave(second.socket)]);
  });

  test('gets cells that ran and were never saved, with the code that ran, behind the one that ran before', async () => {
    await put(notebookOf(code('a', 'print("a")'), code('z', '')));
    const { socket } = await openPage();
    await runToEnd(socket, 'a', 'print("a")');
    await runToEnd(socket, 'new', 'print("new")');
    await runToEnd(socket, 'z', 'print("edited")');
    await foldedOnDisk('a', 'a\n');
    expect(onDisk().cells.map(({ id }) => id)).toEqual(['a', 'z']);
    const before = await version();
    await leave(socket);
    const shown = (await get('content=1')).content.cells;
    expect(shown.map(({ id, source }) => [id, source])).toEqual([
      ['a', 'print("a")'],
      ['new', 'print("new")'],
      ['z', 'print("edited")'],
    ]);
    await foldedOnDisk('new', 'new\n');
    expect(onDisk().cells.map(({ source }) => [source].flat().join(''))).toEqual(
      shown.map(({ source }) => source),
    );
    expect(await version()).toEqual(before);
  });

  test('never comes back when it was deleted, and is merged into what another program wrote', async () => {
    await put(notebookOf(code('a', TEN_LINES)));
    const { socket } = await openPage();
    run(socket, 'a', TEN_LINES);
    await socket.find((message) => message.content['text'] === '2\n');
    const file = join(server.folders.root, 'n.ipynb');
    writeFileSync(file, JSON.stringify(notebookOf(code('other', '# by git'), code('a', TEN_LINES))));
    await leave(socket);
    await foldedOnDisk('a', TEN);
    expect(onDisk().cells[0]?.id).toBe('other');
    const again = await openPage();
    run(again.socket, 'a', TEN_LINES);
    rmSync(file);
    await again.socket.find((message) => message.content['text'] === '9\n');
    await leave(again.socket);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(existsSync(file)).toBe(false);
  });

  test('has its outputs when the server was killed in the middle, and is still the version that it was', async () => {
    await put(notebookOf(code('a', 'print("kept")')));
    const before = await version();
    const { socket } = await openPage();
    await runToEnd(socket, 'a', 'print("kept")');
    await server.end('SIGKILL');
    server = await startOurServer({ folders: server.folders });
    expect(textOf((await get('content=1')).content.cells[0])).toBe('kept\n');
    await foldedOnDisk('a', 'kept\n');
    expect(await version()).toEqual(before);
    await server.end('SIGKILL');
    server = await startOurServer({ folders: server.folders });
    expect(await version()).toEqual(before);
  });

  test('is saved as it is sent where nothing has run', async () => {
    const sent = notebookOf(code('a', 'x', { outputs: [], execution_count: 3 }));
    const { hash } = { ...(await put(sent)), ...(await version()) };
    expect(hash).toBe(createHash('sha256').update(bytesOnDisk()).digest('hex'));
    expect(existsSync(join(server.folders.state, 'reported-notebooks.json'))).toBe(false);
  });
});
