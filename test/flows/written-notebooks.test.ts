import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import { serverEnvironment } from '../servers/server-folders.ts';
import type { Notebook } from '../servers/stock-page.ts';
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
import { PREFIX } from '../servers/stock-server.ts';

const PYTHON = join(PREFIX, 'bin', 'python');
const FOLD_LIMIT = 15_000;
const picture = { output_type: 'display_data', data: { 'text/html': '<b>bold</b>' }, metadata: {} };
const SHOW_HTML = 'from IPython.display import HTML, display\ndisplay(HTML("<i>ours</i>"))';

describe('a notebook file that the server writes outputs into', () => {
  let server: JupyterServerProcess;
  const path = (name: string): string => join(server.folders.root, name);
  const environment = () => serverEnvironment(server.folders);
  const whenOnDisk = (name: string, is: (notebook: Notebook) => boolean) =>
    expect.poll(() => is(readNotebookFile(server, name)), { timeout: FOLD_LIMIT }).toBe(true);
  const isTrusted = (name: string): boolean => {
    const script =
      'import sys, nbformat; from nbformat.sign import NotebookNotary; print(NotebookNotary().check_signature(nbformat.read(sys.argv[1], 4)))';
    const output = execFileSync(PYTHON, ['-c', script, path(name)], { env: environment(), encoding: 'utf8' });
    return output.trim() === 'True';
  };

  beforeEach(async () => {
    server = await startOurServer();
  });
  afterEach(() => server.close());

  test('I2: is what nbclient makes of the same notebook, cell for cell, with the client gone', async () => {
    const sources = [
      'print("one\\ntwo")',
      '40 + 2',
      'import sys\nprint("wrong", file=sys.stderr)',
      'from IPython.display import display, HTML, JSON\ndisplay(HTML("<b>x\\ny</b>"), metadata={"isolated": True})\ndisplay(JSON({"a": [1, 2.5]}))',
      'import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()',
      'handle = display("before", display_id="d")',
      'handle.update("after"); None',
      '1 / 0',
      'import pandas\npandas.DataFrame({"a": [1, 2]})',
      '',
      'print("é€𝄞")',
    ];
    const notebook = notebookOf(...sources.map((source, place) => codeCell(`cell-${place}`, source)));
    await saveNotebook(server, 'ours.ipynb', notebook);
    writeFileSync(path('source.ipynb'), readFileSync(path('ours.ipynb')));
    const page = await StockPage.open(server, 'ours.ipynb');
    // A stop on error would abort what is queued behind the division.
    for (const [place, source] of sources.entries()) {
      if (source === '') continue;
      if (place === sources.length - 1) {
        page.run(`cell-${place}`, source, false);
        await page.leave();
      } else await page.runToEnd(`cell-${place}`, source, false);
    }
    await whenOnDisk('ours.ipynb', ({ cells }) => textOf(cells.at(-1)) !== '');
    const script = join(import.meta.dirname, '..', 'conformance', 'python', 'executed_notebook.py');
    await promisify(execFile)(PYTHON, [script, path('source.ipynb'), path('theirs.ipynb')], {
      env: environment(),
    });
    const [ours, theirs] = ['ours.ipynb', 'theirs.ipynb'].map((name) => readNotebookFile(server, name));
    expect(ours?.cells).toEqual(theirs?.cells);
    // The form, to the byte, is nbformat's own.
    const rewrite = 'import sys, nbformat; sys.stdout.write(nbformat.writes(nbformat.read(sys.argv[1], 4)))';
    const rewritten = execFileSync(PYTHON, ['-c', rewrite, path('ours.ipynb')], { env: environment() });
    expect(readFileSync(path('ours.ipynb'), 'utf8')).toBe(`${rewritten.toString()}\n`);
  }, 90_000);

  test('is trusted if all that is rich in it was made here, and not with what came from elsewhere', async () => {
    for (const [name, ...cells] of [
      ['own.ipynb', codeCell('a', SHOW_HTML)],
      ['foreign.ipynb', codeCell('a', SHOW_HTML), codeCell('b', '', { outputs: [picture] })],
    ] as const) {
      writeFileSync(path(name), JSON.stringify(notebookOf(...cells)));
      const page = await StockPage.open(server, name);
      await page.runToEnd('a', SHOW_HTML);
      await page.leave();
      await whenOnDisk(name, (notebook) => notebook.cells[0]?.outputs.length === 1);
    }
    expect(isTrusted('own.ipynb')).toBe(true);
    expect(isTrusted('foreign.ipynb')).toBe(false);
  });

  test('I6: has no version for each writing, but the last one where a save drops something of it', async () => {
    await saveNotebook(server, 'n.ipynb', notebookOf(codeCell('a', 'print(1)')));
    const page = await StockPage.open(server, 'n.ipynb');
    for (const text of ['1', '2', '3']) {
      await page.runToEnd('a', `print(${text})`);
      await whenOnDisk('n.ipynb', ({ cells }) => textOf(cells[0]) === `${text}\n`);
    }
    const { content } = await getNotebook(server, 'n.ipynb', 'content=1&hash=1');
    await saveNotebook(server, 'n.ipynb', content);
    await page.runToEnd('a', 'print(4)');
    await whenOnDisk('n.ipynb', ({ cells }) => textOf(cells[0]) === '4\n');
    await getNotebook(server, 'n.ipynb', 'content=0&hash=1');
    await saveNotebook(server, 'n.ipynb', notebookOf(codeCell('a', 'cleared')));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [MAIN, 'versions', 'n.ipynb', '--state', server.folders.state],
      { env: environment(), cwd: server.folders.root },
    );
    const lines = stdout.trim().split('\n').slice(1);
    expect(lines.map((line) => line.includes('In the Loop'))).toEqual([false, false, true, false]);
  }, 60_000);

  test('has cells without ids in old notebooks, which are known by the code that ran', async () => {
    const cell = codeCell('a', 'print("old")', { id: undefined });
    writeFileSync(path('old.ipynb'), JSON.stringify({ ...notebookOf(cell), nbformat_minor: 2 }));
    const page = await StockPage.open(server, 'old.ipynb');
    await page.runToEnd('made-up-by-the-client', 'print("old")');
    await page.leave();
    await whenOnDisk('old.ipynb', ({ cells }) => textOf(cells[0]) === 'old\n');
    expect(readNotebookFile(server, 'old.ipynb').cells).toHaveLength(1);
    expect(readNotebookFile(server, 'old.ipynb').cells[0]).not.toHaveProperty('id');
  });

  test('follows the notebook to another name, and stays the version that it was', async () => {
    await saveNotebook(server, 'n.ipynb', notebookOf(codeCell('a', '')));
    const before = await getNotebook(server, 'n.ipynb', 'content=0&hash=1');
    const page = await StockPage.open(server, 'n.ipynb');
    page.run('a', 'import time\nfor i in range(10):\n    print(i, flush=True)\n    time.sleep(0.7)');
    await page.heard('1\n');
    await whenOnDisk('n.ipynb', ({ cells }) => textOf(cells[0]) !== '');
    await sendOk(server, {
      method: 'PATCH',
      path: '/api/contents/n.ipynb',
      body: { path: 'renamed.ipynb' },
    });
    await page.leave();
    await whenOnDisk('renamed.ipynb', ({ cells }) => textOf(cells[0]) === '0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    const after = await getNotebook(server, 'renamed.ipynb', 'content=0&hash=1');
    expect([after.hash, after.last_modified]).toEqual([before.hash, before.last_modified]);
  });

  test('is what somebody put back, without outputs that it had', async () => {
    const source = 'print("before")';
    await saveNotebook(server, 'n.ipynb', notebookOf(codeCell('a', source)));
    await sendOk(server, { method: 'POST', path: '/api/contents/n.ipynb/checkpoints' });
    const page = await StockPage.open(server, 'n.ipynb');
    await page.runToEnd('a', 'print("edited and run")');
    await page.leave();
    await whenOnDisk('n.ipynb', ({ cells: [cell] }) => sourceOf(cell ?? { source: '' }).includes('edited'));
    await sendOk(server, { method: 'POST', path: '/api/contents/n.ipynb/checkpoints/checkpoint' });
    const again = await StockPage.open(server, 'n.ipynb');
    expect(sourceOf(again.content.cells[0] ?? { source: '' })).toBe(source);
    await again.leave();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const [cell] = readNotebookFile(server, 'n.ipynb').cells;
    expect([sourceOf(cell ?? { source: '' }), textOf(cell)]).toEqual([source, '']);
  });

  test('gets no cell of another notebook that runs on the same kernel', async () => {
    await saveNotebook(server, 'one.ipynb', notebookOf(codeCell('one', '')));
    await saveNotebook(server, 'two.ipynb', notebookOf(codeCell('two', '')));
    const page = await StockPage.open(server, 'one.ipynb');
    const kernel = { id: page.kernelId };
    const body = { path: 'two.ipynb', type: 'notebook', name: 'two.ipynb', kernel };
    await sendOk(server, { method: 'POST', path: '/api/sessions', body });
    await page.runToEnd('one', 'print("of the first")');
    await page.runToEnd('two', 'print("of the second")');
    await page.leave();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    for (const id of ['one', 'two'])
      expect(readNotebookFile(server, `${id}.ipynb`).cells.map((cell) => cell.id)).toEqual([id]);
  });

  test('is left alone where it is no valid notebook, and the outputs are not lost', async () => {
    const broken = JSON.stringify(notebookOf({ ...codeCell('a', 'print("kept")'), outputs: 'none' }));
    writeFileSync(path('broken.ipynb'), broken);
    const page = await StockPage.open(server, 'broken.ipynb');
    await page.runToEnd('a', 'print("kept")');
    await page.leave();
    await expect.poll(() => server.output(), { timeout: FOLD_LIMIT }).toContain('stay with the server');
    expect(readFileSync(path('broken.ipynb'), 'utf8')).toBe(broken);
    const { cells } = (await getNotebook(server, 'broken.ipynb', 'content=1')).content;
    expect(textOf(cells[0])).toBe('kept\n');
    expect(sourceOf(cells[0] ?? { source: '' })).toBe('print("kept")');
  });
});
