import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import type { ServerFolders } from '../servers/server-folders.ts';
import { killLeftBehind, makeServerFolders, removeServerFolders } from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const NOTEBOOK = 'several.ipynb';
const cell = (id: string) => ({
  ...{ id, cell_type: 'code', source: '', metadata: {}, outputs: [], execution_count: null },
});
const notebook = {
  cells: ['first', 'second', 'third'].map(cell),
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
};
const WHERE = 'import os\nprint("at", os.environ.get("WHERE"))';

describe('several kernels in one notebook, in JupyterLab', () => {
  const heard = new Complaints();
  let folders: ServerFolders;
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let shown: NotebookWidget;

  async function openTab(): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(`${server.origin}/lab/tree/${NOTEBOOK}?token=${server.token}`);
    return opened;
  }
  const choice = (index: number, of = page) =>
    new NotebookWidget(of).cell(index).getByRole('combobox', { name: 'Kernel of this cell' });
  const metadataOf = (index: number): unknown =>
    (JSON.parse(readFileSync(join(folders.root, NOTEBOOK), 'utf8')) as typeof notebook).cells[index]
      ?.metadata;

  beforeAll(async () => {
    folders = makeServerFolders();
    const folder = join(folders.data, 'kernels', 'other');
    mkdirSync(folder, { recursive: true });
    const argv = [join(PREFIX, 'bin', 'python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
    const spec = { argv, display_name: 'Other Python', language: 'python', env: { WHERE: 'other' } };
    writeFileSync(join(folder, 'kernel.json'), JSON.stringify(spec));
    writeFileSync(join(folders.root, NOTEBOOK), JSON.stringify(notebook));
    server = await startOurServer({ folders });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    context.setDefaultTimeout(20_000);
    heard.listenTo(context);
    page = await openTab();
    shown = new NotebookWidget(page);
    await shown.idle();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.end('SIGKILL');
    killLeftBehind(folders);
    removeServerFolders(folders);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await shoot(page, `cell-kernels-${task.name}`);
  });

  test('a cell is sent to another kernel by a choice that everybody sees and that can be undone', async () => {
    await shown.type(0, WHERE);
    expect(await choice(0).count()).toBe(0);
    await page.getByRole('button', { name: 'Kernels', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Choose the Kernel of the Active Cell…' }).click();
    await choice(0).selectOption({ label: 'Other Python' });
    await page.getByRole('button', { name: '2 kernels', exact: true }).waitFor();
    await shown.run(0, WHERE);
    await shown.output(0).getByText('at other').waitFor();
    await shown.cell(0).getByText('ran on Other Python').waitFor();
    await shown.runToShow(1, WHERE, 'at None');
    await shown.cell(1).getByText('ran on Python 3 (ipykernel)').waitFor();
    // Written by hand, it is shown likewise.
    await shown.runToShow(2, `%%kernel other\n${WHERE}`, 'at other');
    expect(await choice(2).inputValue()).toBe('other');

    const second = await openTab();
    await expect.poll(() => choice(0, second).inputValue(), { timeout: 20_000 }).toBe('other');
    await new NotebookWidget(second).cell(0).getByText('ran on Other Python').waitFor();
    // What is chosen now says nothing of what was run before.
    await choice(0).selectOption({ label: 'Python 3 (ipykernel)' });
    await expect.poll(() => choice(0, second).inputValue(), { timeout: 20_000 }).toBe('');
    await shown.cell(0).getByText('ran on Other Python').waitFor();
    await page.keyboard.press('Escape');
    await shown.cell(0).locator('.jp-InputPrompt').click();
    await page.keyboard.press('z');
    await expect.poll(() => choice(0, second).inputValue(), { timeout: 20_000 }).toBe('other');
    await second.close();
    await expect
      .poll(() => metadataOf(0))
      .toMatchObject({
        in_the_loop: { kernel: 'other' },
        in_the_loop_ran_on: { kernel: 'other', display_name: 'Other Python', place: null },
      });
  }, 60_000);

  test('HTML in this very page and Pyodide on the server run beside ipykernel, with nothing started before', async () => {
    const hosts: string[] = [];
    const listen = (of: string) => (request: { url(): string }) => {
      if (request.url().endsWith('/host.html')) hosts.push(of);
    };
    const second = await openTab();
    await choice(0, second).waitFor();
    page.on('request', listen('first'));
    second.on('request', listen('second'));
    await page.bringToFront();
    await shown.run(1, '%%kernel html\n<h1>Hello</h1>');
    await shown.cell(1).getByText('ran on HTML (in this browser)').waitFor();
    await shown.output(1).frameLocator('iframe').frameLocator('iframe').getByText('Hello').waitFor();
    await new NotebookWidget(second).cell(1).getByText('ran on HTML (in this browser)').waitFor();
    expect(hosts).toEqual(['first']);
    await second.close();
    await shown.runToShow(2, '%%kernel pyodide\nimport sys; print(sys.platform)', 'emscripten');
    await shown.cell(2).getByText('ran on Python (Pyodide)').waitFor();
    await page.getByRole('button', { name: '4 kernels', exact: true }).waitFor();
  }, 60_000);

  test('its kernels are listed with what can be done with them', async () => {
    await page.getByRole('button', { name: '4 kernels', exact: true }).click();
    await page.locator('.lm-Menu-itemLabel', { hasText: 'Other Python: idle' }).click();
    await page.getByRole('menuitem', { name: 'Restart', exact: true }).click();
    await shown.runToShow(0, 'try: print("kept", os)\nexcept NameError: print("anew")', 'anew');
    await shoot(page, 'cell-kernels');
    await page.setViewportSize({ width: 390, height: 844 });
    await shoot(page, 'cell-kernels-phone');
    expect(heard.all()).toEqual([]);
  }, 60_000);
});
