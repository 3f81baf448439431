import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onBothServers, onlyStock, ours } from '../conformance/both-servers.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { testNotebookWork } from './notebook-work.ts';
import { shoot } from './shots.ts';

const complaints = new Map<string, string[]>();

onBothServers('JupyterLab on $name', ({ name, start }) => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let notebook: NotebookWidget;
  let step = 0;

  beforeAll(async () => {
    server = await start();
    writeFileSync(join(server.folders.root, 'readme.txt'), 'a file to read\n');
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
    context.setDefaultTimeout(20_000);
    heard.listenTo(context);
    page = await context.newPage();
    notebook = new NotebookWidget(page);
  });
  afterEach(async () => {
    await shoot(page, `lab-${name}-${String(++step).padStart(2, '0')}`);
  });
  afterAll(async () => {
    complaints.set(name, heard.all());
    await browser?.close();
    await server?.close();
  });

  const onDisk = (path: string): string => readFileSync(join(server.folders.root, path), 'utf8');
  const saved = async (path: string, text: string): Promise<void> => {
    await page.keyboard.press('ControlOrMeta+s');
    await expect.poll(() => onDisk(path), { timeout: 10_000 }).toContain(text);
  };
  const shown = async (): Promise<void> => {
    await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    await page.locator('#jp-main-dock-panel').waitFor();
  };

  test('opens, with launcher and files', async () => {
    await page.goto(`${server.origin}/lab?token=${server.token}`);
    await shown();
    await page.locator('.jp-LauncherCard', { hasText: 'Python 3' }).first().waitFor();
    await page.locator('.jp-DirListing-item', { hasText: 'readme.txt' }).waitFor();
  });

  test('creates a notebook, whose kernel becomes idle', async () => {
    await page.locator('.jp-LauncherCard[data-category="Notebook"]', { hasText: 'Python 3' }).click();
    await notebook.idle();
    expect(existsSync(join(server.folders.root, 'Untitled.ipynb'))).toBe(true);
  });

  testNotebookWork(() => notebook);

  test('saves', async () => {
    await page.keyboard.press('ControlOrMeta+s');
    // The first save of an untitled notebook asks for its name.
    await page
      .locator('.jp-Dialog input[type="text"], .jp-Dialog input:not([type])')
      .first()
      .fill('First.ipynb');
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    await expect
      .poll(() => existsSync(join(server.folders.root, 'First.ipynb')) && onDisk('First.ipynb'))
      .toContain('NameError');
    expect(onDisk('First.ipynb')).toContain('hello from 42');
    expect(onDisk('First.ipynb')).toContain('image/png');
  });

  test('shows the outputs of the file after a reload, and the same tabs', async () => {
    await page.waitForTimeout(1_000); // The layout is saved half a second after it changed.
    await page.reload();
    await shown();
    await notebook.output(0).getByText('hello from 42').waitFor();
    await notebook.output(3).locator('img').waitFor();
    await notebook.idle();
  });

  test('still knows the variables of the kernel after the reload', async () => {
    await notebook.runToShow(8, 'kept = 1; print("it is set")', 'it is set');
    await page.reload();
    await shown();
    await notebook.idle();
    await notebook.runToShow(8, 'print("kept is", kept)', 'kept is 1');
    await saved('First.ipynb', 'kept is 1');
  });

  test('renames the open notebook from the file browser', async () => {
    await page.locator('.jp-DirListing-item', { hasText: 'First.ipynb' }).click();
    await page.keyboard.press('F2');
    await page.locator('.jp-DirListing-editor').fill('Renamed ü.ipynb');
    await page.keyboard.press('Enter');
    await page.locator('#jp-main-dock-panel .lm-TabBar-tab', { hasText: 'Renamed ü.ipynb' }).waitFor();
    expect(onDisk('Renamed ü.ipynb')).toContain('hello from 42');
    await notebook.runToShow(8, 'print("still", kept)', 'still 1');
    await saved('Renamed ü.ipynb', 'still 1');
  });

  test('uploads a file', async () => {
    const chooser = page.waitForEvent('filechooser');
    await page
      .locator(
        '.jp-FileBrowser-toolbar [data-jp-item-name="uploader"] button, .jp-FileBrowser-toolbar [data-jp-item-name="uploader"] jp-button',
      )
      .first()
      .click();
    const bytes = Buffer.alloc(3 * 1024 * 1024, 'uploaded in chunks ');
    await (
      await chooser
    ).setFiles({ name: 'uploaded.bin', mimeType: 'application/octet-stream', buffer: bytes });
    await page.locator('.jp-DirListing-item', { hasText: 'uploaded.bin' }).waitFor();
    await expect
      .poll(() => readFileSync(join(server.folders.root, 'uploaded.bin')).equals(bytes), { timeout: 10_000 })
      .toBe(true);
  });

  test('downloads a file', async () => {
    const downloading = page.waitForEvent('download');
    await page.locator('.jp-DirListing-item', { hasText: 'readme.txt' }).click({ button: 'right' });
    await page.locator('.lm-Menu-item[data-command="filebrowser:download"]').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('readme.txt');
    expect(readFileSync(await download.path(), 'utf8')).toBe('a file to read\n');
  });

  test('opens, edits and saves a text file', async () => {
    await page.locator('.jp-DirListing-item', { hasText: 'readme.txt' }).dblclick();
    const editor = page.locator('.jp-FileEditor:visible .cm-content');
    await editor.click();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.insertText('and one more line\n');
    await saved('readme.txt', 'a file to read\nand one more line\n');
  });

  test('runs a command in a terminal', async () => {
    await page.locator('.jp-FileBrowser-toolbar [data-command="launcher:create"]').first().click();
    await page.locator('.jp-LauncherCard', { hasText: 'Terminal' }).click();
    await page.locator('.jp-Terminal:visible .xterm-screen').click();
    await page.keyboard.type('echo $((6*7)) > from-terminal.txt');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => existsSync(join(server.folders.root, 'from-terminal.txt')) && onDisk('from-terminal.txt'), {
        timeout: 10_000,
      })
      .toBe('42\n');
  });

  test('keeps a changed setting and the layout', async () => {
    await page.locator('.lm-MenuBar-item', { hasText: 'Settings' }).click();
    await page.locator('.lm-Menu-item', { hasText: 'Theme' }).first().hover();
    await page.getByRole('menuitem', { name: 'JupyterLab Dark', exact: true }).click();
    await page.locator('body[data-jp-theme-name="JupyterLab Dark"]').waitFor({ state: 'attached' });
    const file = 'lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings';
    await expect
      .poll(
        () =>
          existsSync(join(server.folders.config, file)) &&
          readFileSync(join(server.folders.config, file), 'utf8'),
      )
      .toContain('JupyterLab Dark');
    await page.waitForTimeout(1_000);
    await page.reload();
    await shown();
    await page.locator('body[data-jp-theme-name="JupyterLab Dark"]').waitFor({ state: 'attached' });
    const tabs = page.locator('#jp-main-dock-panel .lm-TabBar-tab');
    for (const label of ['Renamed ü.ipynb', 'readme.txt', 'Terminal 1'])
      await tabs.filter({ hasText: label }).waitFor();
  });

  test('a second tab uses the same kernel, and each hears its own cells only', async () => {
    const second = await context.newPage();
    await second.goto(`${server.origin}/lab/tree/${encodeURIComponent('Renamed ü.ipynb')}`);
    const other = new NotebookWidget(second);
    await other.idle();
    await other.runToShow(8, 'print("in the second tab:", kept); shared = 7', 'in the second tab: 1');
    await second.close();
    await page.locator('#jp-main-dock-panel .lm-TabBar-tab', { hasText: 'Renamed ü.ipynb' }).click();
    await notebook.idle();
    await notebook.runToShow(8, 'print("shared is", shared)', 'shared is 7');
  });

  test('shows a kernel that died and came back', async () => {
    await notebook.run(8, 'import os; os._exit(1)');
    await page.locator('.jp-Dialog', { hasText: 'Kernel Restarting' }).waitFor();
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    // jupyter_server lets the cell end without a word.
    if (name === ours.name) {
      await notebook.output(8).getByText('The kernel died: it ended by itself with exit code 1.').waitFor();
      await shoot(page, `lab-${name}-died`);
      await page.keyboard.press('ControlOrMeta+s');
      await expect.poll(() => onDisk('Renamed ü.ipynb'), { timeout: 10_000 }).toContain('KernelDied');
    }
    await notebook.idle();
    await notebook.runToShow(8, 'print("alive again")', 'alive again');
  });
});

test.skipIf(onlyStock)(
  'the browser complains about nothing with us that it does not complain about with jupyter_server',
  () => {
    const stock = new Set(complaints.get('jupyter_server'));
    expect((complaints.get('In the Loop') ?? []).filter((complaint) => !stock.has(complaint))).toEqual([]);
  },
);
