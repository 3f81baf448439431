import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import type { Notebook, NotebookModel } from '../servers/stock-page.ts';
import {
  codeCell,
  getNotebook,
  notebookOf,
  readNotebookFile,
  saveNotebook,
  sourceOf,
  StockPage,
  textOf,
} from '../servers/stock-page.ts';

/** Prints 0 to 9, a line each 100 ms. */
const TEN_LINES = 'import time\nfor i in range(10):\n    print(i, flush=True)\n    time.sleep(0.1)';
const TEN = Array.from({ length: 10 }, (_, line) => `${line}\n`).join('');

describe('a notebook whose cells are run by a client that knows nothing of us', () => {
  let server: JupyterServerProcess;

  const onDisk = (): Notebook => readNotebookFile(server, 'n.ipynb');
  const textOnDisk = (id: string): string => textOf(onDisk().cells.find((cell) => cell.id === id));
  const hashOnDisk = (): string =>
    createHash('sha256')
      .update(readFileSync(join(server.folders.root, 'n.ipynb')))
      .digest('hex');
  const get = (query: string) => getNotebook(server, 'n.ipynb', query);
  const put = (content: object) => saveNotebook(server, 'n.ipynb', content);
  const openPage = () => StockPage.open(server, 'n.ipynb');
  const version = async () => {
    const { hash, last_modified: modified } = await get('content=0&hash=1');
    return { hash, modified };
  };
  const foldedOnDisk = (id: string, text: string) =>
    expect.poll(() => textOnDisk(id), { timeout: 15_000 }).toBe(text);

  beforeEach(async () => {
    server = await startOurServer();
  });
  afterEach(() => server.close());

  test('I2: gets its outputs into the file when the client is gone, and stays the version that it was', async () => {
    await put(notebookOf(codeCell('a', TEN_LINES), codeCell('b', 'other', { metadata: { tags: ['kept'] } })));
    const before = await version();
    const page = await openPage();
    page.run('a', TEN_LINES);
    await page.heard('2\n');
    await page.leave();
    await foldedOnDisk('a', TEN);
    const [ran, other] = onDisk().cells;
    expect(ran?.execution_count).toBe(1);
    expect(ran?.metadata['execution']).toHaveProperty(['shell.execute_reply']);
    expect(other).toEqual({ ...codeCell('b', ['other'] as never), metadata: { tags: ['kept'] } });
    expect(hashOnDisk()).not.toBe(before.hash);
    expect(await version()).toEqual(before);
    const listing = (await sendOk(server, { path: '/api/contents' })).json<{ content: NotebookModel[] }>();
    expect(listing.content[0]?.last_modified).toBe(before.modified);
    const read = await sendOk(server, { path: '/api/contents/n.ipynb?hash=1' });
    expect(read.headers['last-modified']).toBe(new Date(before.modified).toUTCString());
    expect(read.json<NotebookModel>()).toMatchObject({ hash: before.hash, last_modified: before.modified });
    expect(read.json<NotebookModel>().content.cells[0]?.metadata['trusted']).toBe(true);
  });

  test('shows at once what has been said, before the file has it', async () => {
    await put(notebookOf(codeCell('a', TEN_LINES)));
    const page = await openPage();
    page.run('a', TEN_LINES);
    await page.heard('3\n');
    const { content } = await get('content=1');
    expect(textOf(content.cells[0]).startsWith('0\n1\n2\n3\n')).toBe(true);
    await page.leave();
  });

  test('keeps what arrived while a page that saves was not there', async () => {
    await put(notebookOf(codeCell('a', TEN_LINES)));
    const page = await openPage();
    page.run('a', TEN_LINES);
    await page.heard('2\n');
    await page.leave();
    await foldedOnDisk('a', TEN);
    const before = await version();
    await put(page.content);
    expect(textOnDisk('a')).toBe(TEN);
    const after = await version();
    expect(after.hash).toBe(hashOnDisk());
    expect(after).not.toEqual(before);
    await expect.poll(version).toEqual(after);
  });

  test('stays cleared by a page that has seen the outputs', async () => {
    await put(notebookOf(codeCell('a', 'print("seen")')));
    const page = await openPage();
    await page.runToEnd('a', 'print("seen")');
    await foldedOnDisk('a', 'seen\n');
    await get('content=0&hash=1');
    await put(page.content);
    expect(textOnDisk('a')).toBe('');
    await page.leave();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(textOnDisk('a')).toBe('');
    expect(textOf((await get('content=1')).content.cells[0])).toBe('');
  });

  test('of two pages, one that lacks the outputs of the other loses none of them by saving', async () => {
    await put(notebookOf(codeCell('a', 'print("mine")'), codeCell('b', '')));
    const first = await openPage();
    const second = await openPage();
    await first.runToEnd('a', 'print("mine")');
    await put(second.content);
    expect(textOnDisk('a')).toBe('mine\n');
    await Promise.all([first.leave(), second.leave()]);
  });

  test('gets cells that ran and were never saved, with the code that ran, behind the one that ran before', async () => {
    await put(notebookOf(codeCell('a', 'print("a")'), codeCell('z', '')));
    const page = await openPage();
    await page.runToEnd('a', 'print("a")');
    await page.runToEnd('new', 'print("new")');
    await page.runToEnd('z', 'print("edited")');
    await foldedOnDisk('a', 'a\n');
    expect(onDisk().cells.map(({ id }) => id)).toEqual(['a', 'z']);
    const before = await version();
    await page.leave();
    const shown = (await get('content=1')).content.cells;
    expect(shown.map(({ id, source }) => [id, source])).toEqual([
      ['a', 'print("a")'],
      ['new', 'print("new")'],
      ['z', 'print("edited")'],
    ]);
    await foldedOnDisk('new', 'new\n');
    expect(onDisk().cells.map(sourceOf)).toEqual(shown.map(({ source }) => source));
    expect(await version()).toEqual(before);
  });

  test('never comes back when it was deleted, and is merged into what another program wrote', async () => {
    await put(notebookOf(codeCell('a', TEN_LINES)));
    const page = await openPage();
    page.run('a', TEN_LINES);
    await page.heard('2\n');
    const file = join(server.folders.root, 'n.ipynb');
    writeFileSync(file, JSON.stringify(notebookOf(codeCell('other', '# by git'), codeCell('a', TEN_LINES))));
    await page.leave();
    await foldedOnDisk('a', TEN);
    expect(onDisk().cells[0]?.id).toBe('other');
    const again = await openPage();
    again.run('a', TEN_LINES);
    rmSync(file);
    await again.heard('9\n');
    await again.leave();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(existsSync(file)).toBe(false);
  });

  test('has its outputs when the server was killed in the middle, and is still the version that it was', async () => {
    await put(notebookOf(codeCell('a', 'print("kept")')));
    const before = await version();
    const page = await openPage();
    await page.runToEnd('a', 'print("kept")');
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
    const sent = notebookOf(codeCell('a', 'x', { outputs: [], execution_count: 3 }));
    await put(sent);
    const { hash } = await version();
    expect(hash).toBe(hashOnDisk());
    expect(existsSync(join(server.folders.state, 'reported-notebooks.json'))).toBe(false);
  });
});
