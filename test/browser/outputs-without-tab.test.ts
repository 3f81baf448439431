import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';
import { launchChromium, launchMortalChromium } from './chromium.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const LINES = Array.from({ length: 20 }, (_, line) => `line ${line}`);
/** Long enough to be in the middle of it. */
const TEN_SECONDS = 'import time\nfor i in range(20):\n    print("line", i, flush=True)\n    time.sleep(0.5)';
const RUN_LIMIT = 40_000;

/** Before that, JupyterLab forgets what it is asked to run, though it shows an idle kernel. */
function kernelAnswered(page: Page): Promise<unknown> {
  return page.waitForEvent('websocket', {
    predicate: async (websocket) => {
      if (!websocket.url().includes('/channels')) return false;
      await websocket.waitForEvent('framereceived', ({ payload }) => payload.includes('history_reply'));
      return true;
    },
  });
}

describe('JupyterLab without our extension', () => {
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;

  const file = (name: string): string => join(server.folders.root, name);
  const makeNotebook = (name: string, ...sources: string[]): void => {
    const cells = sources.map((source, place) => ({
      id: `cell-${place}`,
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source: source.split(/(?<=\n)/),
    }));
    const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
    writeFileSync(
      file(name),
      `${JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`,
    );
  };
  const cellsOnDisk = (name: string) =>
    (
      JSON.parse(readFileSync(file(name), 'utf8')) as {
        cells: { source: string[]; execution_count: number | null; outputs: { text?: string[] }[] }[];
      }
    ).cells.map(({ source, execution_count: count, outputs }) => ({
      source: source.join(''),
      count,
      lines: outputs.flatMap(({ text = [] }) => text).map((line) => line.trimEnd()),
    }));
  const linesOnDisk = (name: string, limit = RUN_LIMIT) =>
    expect.poll(() => cellsOnDisk(name)[0]?.lines, { timeout: limit });
  const open = async (name: string, within: BrowserContext = context) => {
    const page = await within.newPage();
    page.setDefaultTimeout(20_000);
    const notebook = new NotebookWidget(page);
    const connected = kernelAnswered(page);
    await page.goto(`${server.origin}/lab/tree/${name}?token=${server.token}&reset`);
    await new LabPage(page).shown();
    await connected;
    await notebook.idle();
    return { page, notebook };
  };
  const runFirst = async ({ page, notebook }: { page: Page; notebook: NotebookWidget }) => {
    await notebook.cell(0).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
  };
  const shownLines = async (notebook: NotebookWidget): Promise<string[]> =>
    (await notebook.output(0).allInnerTexts()).join('\n').trim().split('\n');
  const save = async (page: Page): Promise<void> => {
    const saved = page.waitForResponse(
      (response) => response.request().method() === 'PUT' && /api\/contents/.test(response.url()),
    );
    await page.keyboard.press('ControlOrMeta+s');
    expect((await saved).status()).toBe(200);
    expect(await page.locator('.jp-Dialog').count()).toBe(0);
  };

  beforeAll(async () => {
    const folders = makeServerFolders();
    mkdirSync(join(folders.config, 'labconfig'));
    writeFileSync(
      join(folders.config, 'labconfig', 'page_config.json'),
      JSON.stringify({ disabledExtensions: { '@in-the-loop/lab-extension': true } }),
    );
    server = await startOurServer({ folders });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  });
  afterEach(async ({ task }) => {
    for (const page of context.pages()) {
      await shoot(page, `outputs-${task.name}`);
      await page.close();
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('I2: a cell whose tab was closed while it ran has all its lines, and is saved without a question', async () => {
    makeNotebook('closed.ipynb', TEN_SECONDS);
    const first = await open('closed.ipynb');
    await runFirst(first);
    await first.notebook.output(0).getByText('line 2').waitFor();
    await first.page.close();
    await linesOnDisk('closed.ipynb').toEqual(LINES);
    const { page, notebook } = await open('closed.ipynb');
    expect(await shownLines(notebook)).toEqual(LINES);
    await notebook.done(0);
    await notebook.type(0, `${TEN_SECONDS} # edited`);
    await save(page);
    expect(cellsOnDisk('closed.ipynb')[0]).toEqual({
      source: `${TEN_SECONDS} # edited`,
      count: 1,
      lines: LINES,
    });
  }, 120_000);

  test('I2: a cell whose kernel was killed while no tab was open keeps its lines and says why it ended', async () => {
    makeNotebook('dead.ipynb', `import os\nprint("pid", os.getpid(), flush=True)\n${TEN_SECONDS}`);
    const first = await open('dead.ipynb');
    await runFirst(first);
    await first.notebook.output(0).getByText('line 2').waitFor();
    await first.page.close();
    await linesOnDisk('dead.ipynb').toContain('line 4');
    process.kill(Number(cellsOnDisk('dead.ipynb')[0]?.lines[0]?.split(' ')[1]), 'SIGKILL');
    const reasonOnDisk = () => /KernelDied.*/.exec(readFileSync(file('dead.ipynb'), 'utf8'))?.[0];
    await expect.poll(reasonOnDisk, { timeout: RUN_LIMIT }).toBeDefined();
    const { page, notebook } = await open('dead.ipynb');
    const shown = await shownLines(notebook);
    expect(shown.slice(1, 6)).toEqual(LINES.slice(0, 5));
    expect(shown.join('\n')).toContain('ended from outside (SIGKILL)');
    await notebook.done(0);
    await save(page);
    expect(reasonOnDisk()).toBeDefined();
  }, 120_000);

  test('I2: so has one whose browser was killed', async () => {
    makeNotebook('killed.ipynb', TEN_SECONDS);
    const mortal = await launchMortalChromium();
    const first = await open('killed.ipynb', await mortal.browser.newContext());
    await runFirst(first);
    await first.notebook.output(0).getByText('line 2').waitFor();
    await mortal.process.kill();
    await linesOnDisk('killed.ipynb').toEqual(LINES);
    const { page, notebook } = await open('killed.ipynb');
    expect(await shownLines(notebook)).toEqual(LINES);
    await notebook.done(0);
    await save(page);
    expect(cellsOnDisk('killed.ipynb')[0]).toMatchObject({ count: 1, lines: LINES });
  }, 120_000);

  test('I2: saving after a reload in the middle of a run loses nothing', async () => {
    makeNotebook('reloaded.ipynb', TEN_SECONDS);
    const { page, notebook } = await open('reloaded.ipynb');
    await runFirst({ page, notebook });
    await notebook.output(0).getByText('line 2').waitFor();
    await page.reload();
    await notebook.output(0).getByText('line 2').waitFor();
    await save(page);
    await linesOnDisk('reloaded.ipynb').toEqual(LINES);
    // This page has heard nothing of it since it was loaded.
    expect(await shownLines(notebook)).not.toContain('line 19');
    await save(page);
    expect(cellsOnDisk('reloaded.ipynb')[0]).toMatchObject({ count: 1, lines: LINES });
    await page.reload();
    await notebook.output(0).getByText('line 19').waitFor();
    expect(await shownLines(notebook)).toEqual(LINES);
  }, 120_000);

  test('a cell that ran in a tab that never saved it is there when the notebook is opened again', async () => {
    makeNotebook('unsaved.ipynb', 'print("saved")');
    const first = await open('unsaved.ipynb');
    await first.notebook.runToShow(0, 'print("edited, then run")', 'edited, then run');
    await first.notebook.runToShow(1, 'print("never", "saved")', 'never saved');
    await first.page.close();
    const { page, notebook } = await open('unsaved.ipynb');
    await notebook.output(1).getByText('never saved').waitFor();
    expect(await notebook.cell(0).locator('.cm-content').innerText()).toBe('print("edited, then run")');
    await save(page);
    expect(cellsOnDisk('unsaved.ipynb').map(({ source }) => source)).toEqual([
      'print("edited, then run")',
      'print("never", "saved")',
    ]);
  }, 60_000);

  test('outputs that were cleared and saved stay cleared', async () => {
    makeNotebook('cleared.ipynb', 'print("to be cleared")');
    const first = await open('cleared.ipynb');
    await runFirst(first);
    await first.notebook.output(0).getByText('to be cleared').waitFor();
    await first.notebook.done(0);
    await new LabPage(first.page).choose('Edit', 'Clear Outputs of All Cells');
    await save(first.page);
    expect(cellsOnDisk('cleared.ipynb')[0]).toMatchObject({ count: null, lines: [] });
    await first.page.close();
    const { page, notebook } = await open('cleared.ipynb');
    expect(await notebook.output(0).count()).toBe(0);
    await save(page);
    expect(cellsOnDisk('cleared.ipynb')[0]).toMatchObject({ count: null, lines: [] });
  }, 60_000);

  test('of two tabs, the one that did not run a cell takes nothing away by saving', async () => {
    makeNotebook('two.ipynb', 'print("of the first tab")', 'x = 1');
    const first = await open('two.ipynb');
    const second = await open('two.ipynb');
    await runFirst(first);
    await first.notebook.output(0).getByText('of the first tab').waitFor();
    await second.notebook.type(1, 'x = 2');
    await save(second.page);
    expect(cellsOnDisk('two.ipynb')).toEqual([
      { source: 'print("of the first tab")', count: 1, lines: ['of the first tab'] },
      { source: 'x = 2', count: null, lines: [] },
    ]);
  }, 60_000);

  test('a tab that stays open saves while and after its cell runs, without a question', async () => {
    makeNotebook('open.ipynb', 'import time\nfor i in range(5):\n    print("line", i)\n    time.sleep(1)');
    const { page, notebook } = await open('open.ipynb');
    await runFirst({ page, notebook });
    await notebook.output(0).getByText('line 1').waitFor();
    await save(page);
    await notebook.done(0);
    await linesOnDisk('open.ipynb').toEqual(LINES.slice(0, 5));
    await save(page);
    await notebook.type(0, 'print("again")');
    await page.keyboard.press('Control+Enter');
    await notebook.output(0).getByText('again').waitFor();
    await linesOnDisk('open.ipynb').toEqual(['again']);
    await save(page);
    expect(cellsOnDisk('open.ipynb')).toEqual([{ source: 'print("again")', count: 2, lines: ['again'] }]);
  }, 60_000);

  test('I4: a cell goes on while the server is killed and started again, and so do its variables', async () => {
    makeNotebook('restarted.ipynb', TEN_SECONDS);
    const first = await open('restarted.ipynb');
    await runFirst(first);
    await first.notebook.output(0).getByText('line 2').waitFor();
    await server.end('SIGKILL');
    const { port } = new URL(server.origin);
    server = await startOurServer({ folders: server.folders, args: ['--port', port] });
    await linesOnDisk('restarted.ipynb').toEqual(LINES);
    await first.page.close();
    const { page, notebook } = await open('restarted.ipynb');
    expect(await shownLines(notebook)).toEqual(LINES);
    await notebook.done(0);
    await notebook.runToShow(0, 'print("still", i)', 'still 19');
    await save(page);
    expect(cellsOnDisk('restarted.ipynb')[0]).toMatchObject({ count: 2, lines: ['still 19'] });
  }, 120_000);
});
