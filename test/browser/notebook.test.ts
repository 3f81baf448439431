import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onBothServers, onlyStock } from '../conformance/both-servers.ts';
import { notebook as sampleNotebook } from '../conformance/sample-files.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { testNotebookWork } from './notebook-work.ts';
import { shoot } from './shots.ts';

const complaints = new Map<string, string[]>();

onBothServers('Notebook 7 on $name', ({ name, start }) => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let step = 0;

  beforeAll(async () => {
    server = await start();
    writeFileSync(join(server.folders.root, 'book.ipynb'), JSON.stringify(sampleNotebook('print(1)')));
    writeFileSync(join(server.folders.root, 'readme.txt'), 'a file to read\n');
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(20_000);
    heard.listenTo(context);
    page = await context.newPage();
  });
  afterEach(async () => {
    await shoot(page, `notebook-${name}-${++step}`);
  });
  afterAll(async () => {
    complaints.set(name, heard.all());
    await browser?.close();
    await server?.close();
  });
  const onDisk = (path: string): string => readFileSync(join(server.folders.root, path), 'utf8');

  test('lists the files', async () => {
    await page.goto(`${server.origin}/tree?token=${server.token}`);
    await page.locator('.jp-DirListing-item', { hasText: 'book.ipynb' }).waitFor();
  });

  test('opens a notebook in a tab of its own, runs it and saves it', async () => {
    const opening = context.waitForEvent('page');
    await page.locator('.jp-DirListing-item', { hasText: 'book.ipynb' }).dblclick();
    page = await opening;
    await page.waitForURL(/\/notebooks\/book\.ipynb/);
    const notebook = new NotebookWidget(page);
    await notebook.idle();
    await notebook.runToShow(1, 'kept = 6 * 7; print("from Notebook", kept)', 'from Notebook 42');
    await page.keyboard.press('ControlOrMeta+s');
    await expect.poll(() => onDisk('book.ipynb'), { timeout: 10_000 }).toContain('from Notebook 42');
  });

  test('shows the saved outputs and the same kernel after a reload', async () => {
    await page.reload();
    const notebook = new NotebookWidget(page);
    await notebook.output(1).getByText('from Notebook 42').waitFor();
    await notebook.idle();
    await notebook.runToShow(1, 'print("still", kept)', 'still 42');
  });

  test('renames the notebook by its title', async () => {
    await page.locator('.jp-NotebookTitle, #jp-title h1').first().click();
    await page.locator('.jp-Dialog input').first().fill('renamed.ipynb');
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    await page.waitForURL(/\/notebooks\/renamed\.ipynb/);
    await expect.poll(() => existsSync(join(server.folders.root, 'renamed.ipynb'))).toBe(true);
    const session = async (): Promise<unknown> =>
      (await sendOk(server, { path: '/api/sessions' })).json<{ path: string }[]>().map((each) => each.path);
    await expect.poll(session, { timeout: 10_000 }).toEqual(['renamed.ipynb']);
  });

  test('shows the same kernel in a second tab', async () => {
    const second = await context.newPage();
    await second.goto(`${server.origin}/notebooks/renamed.ipynb`);
    const other = new NotebookWidget(second);
    await other.idle();
    await other.runToShow(1, 'print("in the second tab:", kept); shared = 7', 'in the second tab: 42');
    await second.close();
    await new NotebookWidget(page).runToShow(1, 'print("shared is", shared)', 'shared is 7');
  });

  test('creates a notebook', async () => {
    const tree = await context.newPage();
    await tree.goto(`${server.origin}/tree`);
    const creating = context.waitForEvent('page');
    await tree.locator('.jp-FileBrowser-toolbar').getByRole('menuitem', { name: 'New' }).click();
    await tree.locator('.lm-Menu-item', { hasText: 'Python 3 (ipykernel)' }).click();
    page = await creating;
    await page.waitForURL(/\/notebooks\/Untitled\d*\.ipynb/);
    await tree.close();
    await new NotebookWidget(page).idle();
  });

  testNotebookWork(() => new NotebookWidget(page));

  test('saves the new notebook with its outputs', async () => {
    const path = /[^/]+\.ipynb/.exec(page.url())![0];
    await page.keyboard.press('ControlOrMeta+s');
    await expect.poll(() => onDisk(path), { timeout: 10_000 }).toContain('NameError');
    expect(onDisk(path)).toContain('image/png');
  });

  test('uploads and downloads a file', async () => {
    await page.goto(`${server.origin}/tree`);
    const choosing = page.waitForEvent('filechooser');
    await page.locator('[data-jp-item-name="uploader"] jp-button').click();
    const buffer = Buffer.alloc(2.5 * 1024 * 1024, 'uploaded in chunks ');
    const chooser = await choosing;
    await chooser.setFiles({ name: 'up.bin', mimeType: 'application/octet-stream', buffer });
    const item = page.locator('.jp-DirListing-item', { hasText: 'up.bin' });
    await item.waitFor();
    const arrived = (): boolean => readFileSync(join(server.folders.root, 'up.bin')).equals(buffer);
    await expect.poll(arrived, { timeout: 10_000 }).toBe(true);
    await item.click();
    const downloading = page.waitForEvent('download');
    await page.locator('[data-command="filebrowser:download"]').first().click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('up.bin');
    expect(readFileSync(await download.path()).equals(buffer)).toBe(true);
  });

  test('keeps a changed setting', async () => {
    await page.locator('.lm-MenuBar-item', { hasText: 'Settings' }).click();
    await page.locator('.lm-Menu-item', { hasText: 'Theme' }).first().hover();
    await page.getByRole('menuitem', { name: 'JupyterLab Dark', exact: true }).click();
    const dark = page.locator('body[data-jp-theme-name="JupyterLab Dark"]');
    await dark.waitFor({ state: 'attached' });
    const file = 'lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings';
    const stored = join(server.folders.config, file);
    await expect.poll(() => existsSync(stored) && readFileSync(stored, 'utf8')).toContain('JupyterLab Dark');
    await page.reload();
    await dark.waitFor({ state: 'attached' });
  });

  test('edits a text file', async () => {
    await page.goto(`${server.origin}/edit/readme.txt`);
    const editor = page.locator('.jp-FileEditor:visible .cm-content');
    await editor.click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.insertText('and one more line\n');
    await page.keyboard.press('ControlOrMeta+s');
    await expect
      .poll(() => onDisk('readme.txt'), { timeout: 10_000 })
      .toBe('a file to read\nand one more line\n');
  });

  test('runs a command in a terminal', async () => {
    const { name: terminal } = (await sendOk(server, { method: 'POST', path: '/api/terminals' })).json<{
      name: string;
    }>();
    await page.goto(`${server.origin}/terminals/${terminal}`);
    await page.locator('.jp-Terminal:visible .xterm-screen').click();
    await page.keyboard.type('echo $((6*7)) > from-terminal.txt');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => existsSync(join(server.folders.root, 'from-terminal.txt')) && onDisk('from-terminal.txt'), {
        timeout: 10_000,
      })
      .toBe('42\n');
  });

  test('lists what runs', async () => {
    await page.goto(`${server.origin}/tree`);
    await page.locator('.lm-TabBar-tab', { hasText: 'Running' }).click();
    await page.locator('.jp-RunningSessions-item', { hasText: 'renamed.ipynb' }).first().waitFor();
  });
});

test.skipIf(onlyStock)(
  'the browser complains about nothing with us that it does not complain about with jupyter_server',
  () => {
    const stock = new Set(complaints.get('jupyter_server'));
    expect((complaints.get('In the Loop') ?? []).filter((complaint) => !stock.has(complaint))).toEqual([]);
  },
);
