import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { onlyStock, ours, stock } from '../conformance/both-servers.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { PREFIX } from '../servers/stock-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

/** Monthly prices of ten stocks since 1990, of matplotlib's own sample data. */
const STOCKS = join(PREFIX, 'lib/python3.11/site-packages/matplotlib/mpl-data/sample_data/Stocks.csv');

const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 15_000 });

// A person's analysis from morning to evening, in one notebook: each test goes on where the one before left it.
// CONFORMANCE=stock shows that it holds on jupyter_server too.
describe.each([onlyStock ? stock : ours])('a working day on $name', ({ name, start }) => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let lab: LabPage;
  let notebook: NotebookWidget;
  let step = 0;

  const onDisk = (path: string): string => {
    const file = join(server.folders.root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const inNotebook = (text: string): Promise<void> =>
    eventually(() => onDisk('stocks.ipynb').includes(text)).toBe(true);
  const commandMode = async (index: number): Promise<void> => {
    await notebook.cell(index).locator('.jp-InputPrompt').click();
    await page.keyboard.press('Escape');
  };
  const sources = async (): Promise<string[]> =>
    (await notebook.root.locator('.jp-Notebook-cell:visible .cm-content').allInnerTexts()).map((text) =>
      text.trim(),
    );

  beforeAll(async () => {
    server = await start();
    copyFileSync(STOCKS, join(server.folders.root, 'stocks.csv'));
    const kernelspec = { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' };
    const empty = { cells: [], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(join(server.folders.root, 'stocks.ipynb'), JSON.stringify(empty));
    const settings = (plugin: string, value: unknown): Promise<unknown> =>
      sendOk(server, {
        method: 'PUT',
        path: `/lab/api/settings/@jupyterlab/${plugin}`,
        body: { raw: JSON.stringify(value) },
      });
    await settings('docmanager-extension:plugin', { autosaveInterval: 5 });
    await settings('apputils-extension:notification', { fetchNews: 'false' });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, acceptDownloads: true });
    context.setDefaultTimeout(20_000);
    heard.listenTo(context);
    page = await context.newPage();
    lab = new LabPage(page);
    notebook = new NotebookWidget(page);
    await page.goto(`${server.origin}/lab/tree/stocks.ipynb?token=${server.token}`);
    await lab.shown();
    await notebook.idle();
  });
  afterEach(async ({ task }) => {
    await shoot(page, `day-${name}-${String(++step).padStart(2, '0')}-${task.name}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('loads and cleans a table', async () => {
    await notebook.runToEnd(
      0,
      [
        'import pandas as pd, numpy as np, matplotlib.pyplot as plt',
        'raw = pd.read_csv("stocks.csv", comment="#", parse_dates=["Date"], index_col="Date")',
        'prices = raw.dropna(axis="columns", thresh=300).interpolate().dropna()',
        'prices.tail()',
      ].join('\n'),
    );
    const table = notebook.output(0).locator('table.dataframe');
    expect(await table.locator('tbody tr').count()).toBe(5);
    await table.locator('th', { hasText: 'AAPL' }).waitFor();
  });

  test('summarises it', async () => {
    await notebook.runToEnd(1, 'prices.pct_change().describe().style.format("{:.3f}").highlight_max(axis=1)');
    await notebook.output(1).locator('table td').first().waitFor();
  });

  test('plots it several times', async () => {
    await notebook.runToEnd(
      2,
      [
        'prices.div(prices.iloc[0]).plot(logy=True, figsize=(8, 3)); plt.show()',
        'prices.pct_change().hist(bins=40, figsize=(8, 4)); plt.show()',
        'fig, ax = plt.subplots(); ax.imshow(prices.corr()); plt.show()',
      ].join('\n'),
    );
    await eventually(() => notebook.output(2).locator('img').count()).toBe(3);
  });

  test('chooses a stock by a widget', async () => {
    await notebook.runToEnd(
      3,
      [
        'from ipywidgets import interact',
        'def tell(stock, window=3): print(stock, "mean over", window, "is", round(prices[stock].tail(window).mean()))',
        'interact(tell, stock=list(prices.columns), window=(1, 12));',
      ].join('\n'),
    );
    const cell = notebook.cell(3);
    await cell.getByText('IBM mean over 3 is').waitFor();
    await cell.locator('select').selectOption('MSFT');
    await cell.getByText('MSFT mean over 3 is').waitFor();
  });

  test('shows progress that is written over', async () => {
    await notebook.runToEnd(
      4,
      [
        'import time',
        'from IPython.display import clear_output',
        'for i in range(21):',
        '    print(f"\\r{5 * i:3d}% |" + "#" * i, end="", flush=True); time.sleep(0.02)',
        'for i in range(10):',
        '    clear_output(wait=True); print("pass", i); time.sleep(0.02)',
      ].join('\n'),
    );
    await eventually(() => notebook.output(4).allInnerTexts()).toEqual(['pass 9\n']);
    await notebook.runToEnd(
      5,
      'for i in range(21): print(f"\\r{5 * i:3d}% |" + "#" * i, end="", flush=True); time.sleep(0.02)',
    );
    await eventually(() => notebook.output(5).innerText()).toMatch(/^100% \|#{20}\s*$/);
  });

  test('shows the traceback of an error, and goes on', async () => {
    await notebook.run(6, 'def ratio(a, b):\n    return a / b\nratio(len(prices), 0)');
    const error = notebook.output(6);
    await error.getByText('ZeroDivisionError').first().waitFor();
    await error.getByText('return a / b').first().waitFor();
    await error.locator('.ansi-red-fg, .ansi-red-intense-fg').first().waitFor();
  });

  test('runs shell commands', async () => {
    await notebook.runToShow(
      7,
      'lines = !wc -l < stocks.csv\nprint("lines:", *lines)\n!head -1 stocks.csv',
      'lines: 526',
    );
    await notebook.output(7).getByText('# Data source').waitFor();
  });

  test('works on while a long loop prints', async () => {
    await notebook.run(8, 'for i in range(60):\n    print("epoch", i, flush=True); time.sleep(0.1)');
    await notebook.output(8).getByText('epoch 3').first().waitFor();
    // Asked while the loop runs: it waits its turn.
    await notebook.run(9, 'print("after the loop", i)');
    await notebook.output(9).getByText('after the loop 59').waitFor();
    const lines = (await notebook.output(8).innerText()).trim().split('\n');
    expect(lines).toEqual(Array.from({ length: 60 }, (_, index) => `epoch ${index}`));
  });

  test('is asked', async () => {
    await notebook.run(10, 'limit = float(input("Limit? "))\nprint("doubled:", 2 * limit)');
    await notebook.cell(10).locator('.jp-Stdin-input').fill('2.5');
    await page.keyboard.press('Enter');
    await notebook.output(10).getByText('doubled: 5.0').waitFor();
  });

  test('is saved without being told to', async () => {
    await notebook.type(11, '# nobody saved this');
    await inNotebook('# nobody saved this');
  });

  test('I5: gets all of 10 MB of output', async () => {
    await notebook.runToEnd(
      11,
      'from IPython.display import display\nfor i in range(10): display({"application/x-big": str(i) * 1_000_000, "text/plain": f"part {i}"}, raw=True)',
    );
    await eventually(() => notebook.output(11).count()).toBe(10);
    await page.keyboard.press('ControlOrMeta+s');
    await inNotebook('9'.repeat(1_000_000));
    await notebook.runToEnd(11, 'print("small again")');
  }, 60_000);

  test('goes back to a checkpoint', async () => {
    const checkpoint = (): string => onDisk('.ipynb_checkpoints/stocks-checkpoint.ipynb');
    // JupyterLab passes over the key while it saves by itself, which makes no checkpoint.
    const save = async (): Promise<boolean> => {
      await page.keyboard.press('ControlOrMeta+s');
      return checkpoint().includes('small again');
    };
    await expect.poll(save, { timeout: 15_000, interval: 1_000 }).toBe(true);
    await notebook.type(12, '# a mistake');
    await lab.choose('File', 'Revert Notebook to Checkpoint…');
    await page.locator('.jp-Dialog .jp-mod-warn, .jp-Dialog .jp-mod-accept').last().click();
    await eventually(async () => (await sources())[12]).toBe('');
    await notebook.output(0).locator('table.dataframe').waitFor();
  });

  test('splits and merges cells, and takes it back', async () => {
    await notebook.type(12, 'first = 1\nsecond = 2');
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('End');
    await page.keyboard.press('ControlOrMeta+Shift+Minus');
    await eventually(async () => (await sources()).slice(12, 14)).toEqual(['first = 1', 'second = 2']);
    await commandMode(12);
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+M');
    await notebook.cell(12).getByText('second = 2').waitFor();
    // JupyterLab takes back together what was done within half a second.
    await page.waitForTimeout(700);
    await commandMode(12);
    await page.keyboard.press('d');
    await page.keyboard.press('d');
    await eventually(async () => (await sources()).slice(12)).toEqual([]);
    await page.keyboard.press('z');
    const lines = async (): Promise<string[]> => (await sources()).slice(12).join('\n').split(/\n+/);
    await eventually(lines).toEqual(['first = 1', 'second = 2']);
  });

  test('finds and replaces', async () => {
    await commandMode(12);
    await page.keyboard.press('ControlOrMeta+f');
    const search = page.locator('.jp-DocumentSearch-overlay:visible');
    await search.locator('.jp-DocumentSearch-input').first().fill('second');
    await search.locator('.jp-DocumentSearch-index-counter', { hasText: /1\/\d/ }).waitFor();
    await search.locator('.jp-DocumentSearch-toggle-wrapper').first().click();
    await search.getByPlaceholder('Replace').fill('zweite');
    await search.getByRole('button', { name: 'Replace All' }).click();
    await eventually(async () => (await sources()).join('\n')).toContain('zweite = 2');
    await page.keyboard.press('Escape');
  });

  test('uses kernels of two languages side by side', async () => {
    await lab.choose('File', 'New', 'Console');
    const dialog = page.locator('.jp-Dialog', { hasText: 'Select Kernel' });
    await dialog.locator('select').selectOption({ label: 'Bash' });
    await lab.acceptDialog();
    await page.locator('.jp-CodeConsole:visible', { hasText: 'GNU bash' }).waitFor();
    await page.locator('.jp-CodeConsole:visible .jp-CodeConsole-promptCell .cm-content').click();
    await page.keyboard.insertText('echo "bash says $((6 * 7))"');
    await page.keyboard.press('Shift+Enter');
    await page
      .locator('.jp-CodeConsole:visible .jp-OutputArea-output', { hasText: 'bash says 42' })
      .waitFor();
    await lab.tab('stocks.ipynb').click();
    await notebook.runToShow(12, 'print("still", len(prices.columns))', 'still');
  });

  test('is exported to HTML from the menu', async () => {
    await page.keyboard.press('ControlOrMeta+s');
    const downloading = page.waitForEvent('download', { timeout: 30_000 });
    await lab.choose('File', 'Save and Export Notebook As', 'HTML');
    // Whether to sanitise it, which is what it suggests.
    await lab.acceptDialog();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('stocks.html');
    const html = readFileSync(await download.path(), 'utf8');
    expect(html).toContain('after the loop 59');
    expect(html.match(/<img/g)?.length).toBeGreaterThanOrEqual(3);
  }, 60_000);

  test('is all there the next morning', async () => {
    await page.reload();
    await lab.shown();
    await notebook.output(0).locator('table.dataframe').waitFor();
    await notebook.idle();
    await notebook.runToShow(12, 'print("kept", limit)', 'kept 2.5');
  });

  test('made the browser complain about nothing', () => {
    expect(heard.all()).toEqual([]);
  });
});
