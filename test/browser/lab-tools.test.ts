import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onBothServers, onlyStock } from '../conformance/both-servers.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

/** A PNG of 3 by 2 pixels. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAFUlEQVR4nGP4z8AARAwQDKYgGAQAAB7OAv5nmiTCAAAAAElFTkSuQmCC';
const complaints = new Map<string, string[]>();

onBothServers("JupyterLab's tools on $name", ({ name, start }) => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let lab: LabPage;
  let notebook: NotebookWidget;

  const rooted = (path: string): string => join(server.folders.root, path);
  const text = (path: string): string => (existsSync(rooted(path)) ? readFileSync(rooted(path), 'utf8') : '');

  beforeAll(async () => {
    server = await start();
    writeFileSync(rooted('pixels.png'), Buffer.from(PNG, 'base64'));
    writeFileSync(rooted('table.csv'), 'city,people\nBern,134794\nKöln,1085664\n');
    writeFileSync(rooted('page.md'), '# A heading\n\nand *words*\n');
    mkdirSync(rooted('folder'));
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1400, height: 900 }, acceptDownloads: true });
    context.setDefaultTimeout(20_000);
    heard.listenTo(context);
    page = await context.newPage();
    lab = new LabPage(page);
    notebook = new NotebookWidget(page);
    await page.goto(`${server.origin}/lab?token=${server.token}`);
    await lab.shown();
  });
  afterEach(async ({ task }) => {
    await shoot(page, `tools-${name}-${task.name}`);
  });
  afterAll(async () => {
    complaints.set(name, heard.all());
    await browser?.close();
    await server?.close();
  });

  test('shows an image', async () => {
    await lab.file('pixels.png').dblclick();
    const image = page.locator('.jp-ImageViewer:visible img');
    const width = (): Promise<number> =>
      image.evaluate((element) => (element as HTMLImageElement).naturalWidth);
    await expect.poll(width).toBe(3);
  });

  test('shows a table of a CSV file', async () => {
    await lab.file('table.csv').dblclick();
    await page.locator('.jp-CSVViewer:visible .lm-DataGrid canvas').first().waitFor();
  });

  test('shows Markdown as it will look', async () => {
    await lab.fromContextMenu(lab.file('page.md'), 'filebrowser:open');
    await page.locator('.jp-FileEditor:visible .cm-content').waitFor();
    await lab.fromContextMenu(
      page.locator('.jp-FileEditor:visible .cm-content'),
      'fileeditor:markdown-preview',
    );
    await page.locator('.jp-MarkdownViewer:visible h1', { hasText: 'A heading' }).waitFor();
    await page.locator('.jp-MarkdownViewer:visible em', { hasText: 'words' }).waitFor();
    await lab.choose('File', 'Close All Tabs');
  });

  test('duplicates, moves and deletes files from the context menu', async () => {
    await lab.fromContextMenu(lab.file('table.csv').first(), 'filebrowser:duplicate');
    await lab.file('table-Copy1.csv').waitFor();
    expect(text('table-Copy1.csv')).toBe(text('table.csv'));
    await lab.fromContextMenu(lab.file('table-Copy1.csv'), 'filebrowser:cut');
    await lab.file('folder').dblclick();
    await page.locator('.jp-BreadCrumbs', { hasText: 'folder' }).waitFor();
    await page.locator('.jp-DirListing-content').click({ button: 'right', position: { x: 80, y: 200 } });
    await page.locator('.lm-Menu-item[data-command="filebrowser:paste"]').click();
    await lab.file('table-Copy1.csv').waitFor();
    expect(existsSync(rooted('table-Copy1.csv'))).toBe(false);
    expect(text('folder/table-Copy1.csv')).toContain('Köln');
    await lab.fromContextMenu(lab.file('table-Copy1.csv'), 'filebrowser:delete');
    await lab.acceptDialog();
    await lab.file('table-Copy1.csv').waitFor({ state: 'detached' });
    await expect.poll(() => existsSync(rooted('folder/table-Copy1.csv'))).toBe(false);
  });

  test('takes a dropped file of several chunks, into the folder that is shown', async () => {
    const content = Buffer.alloc(2.5 * 1024 * 1024, 'dropped in chunks ');
    const file = join(server.folders.own, 'dropped.bin');
    writeFileSync(file, content);
    const { x, y } = (await page.locator('.jp-DirListing-content').boundingBox())!;
    const input = await context.newCDPSession(page);
    // As from a window of the desktop: a drag that a script makes up holds no files that JupyterLab would take.
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await input.send('Input.dispatchDragEvent', {
        ...{ type, x: x + 80, y: y + 200 },
        data: { items: [], files: [file], dragOperationsMask: 1 },
      });
    await lab.file('dropped.bin').waitFor();
    const arrived = (): boolean => readFileSync(rooted('folder/dropped.bin')).equals(content);
    await expect.poll(arrived, { timeout: 10_000 }).toBe(true);
  });

  test('starts a notebook in the folder that is shown', async () => {
    await page.locator('.jp-FileBrowser-toolbar [data-command="launcher:create"]').first().click();
    await page.locator('.jp-LauncherCard[data-category="Notebook"]:visible', { hasText: 'Python 3' }).click();
    await notebook.idle();
    await notebook.runToShow(0, 'import os; print(os.path.basename(os.getcwd()))', 'folder');
    expect(existsSync(rooted('folder/Untitled.ipynb'))).toBe(true);
  });

  test('completes what is typed', async () => {
    await notebook.type(1, 'os.path.commonpr');
    await page.keyboard.press('Tab');
    await page.locator('.jp-Completer-item', { hasText: 'commonprefix' }).waitFor();
    await page.keyboard.press('Enter');
    await notebook.cell(1).locator('.cm-content', { hasText: 'os.path.commonprefix' }).waitFor();
    await notebook.type(1, 'os.path.is');
    await page.keyboard.press('Tab');
    await page.locator('.jp-Completer-item', { hasText: 'isabs' }).click();
    await notebook.cell(1).locator('.cm-content', { hasText: 'os.path.isabs' }).waitFor();
  });

  test('explains a function in a tooltip', async () => {
    await notebook.type(1, 'len(');
    await page.keyboard.press('Shift+Tab');
    await page.locator('.jp-Tooltip', { hasText: 'number of items in a container' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('opens a console on the kernel of the notebook', async () => {
    await notebook.runToEnd(1, 'kept = 6 * 7');
    await lab.fromContextMenu(notebook.cell(1), 'notebook:create-console');
    const prompt = page.locator('.jp-CodeConsole:visible .jp-CodeConsole-promptCell .cm-content');
    await prompt.click();
    await page.keyboard.insertText('print("kept is", kept)');
    await page.keyboard.press('Shift+Enter');
    await page.locator('.jp-CodeConsole:visible .jp-OutputArea-output', { hasText: 'kept is 42' }).waitFor();
    await page.locator('.lm-TabBar-tab.jp-mod-active .lm-TabBar-tabCloseIcon:visible').first().click();
    await page.locator('.jp-CodeConsole').waitFor({ state: 'detached' });
  });

  test('stops at a breakpoint, shows the variables and goes on', async () => {
    await notebook.type(2, 'def f(n):\n    doubled = 2 * n\n    return doubled\n\nprint("f is", f(21))');
    await notebook.root.locator('.jp-DebuggerBugButton').click();
    await notebook.cell(2).locator('.cm-breakpoint-gutter .cm-gutterElement').nth(3).click();
    await page.locator('.jp-DebuggerBreakpoints:visible', { hasText: 'Cell' }).waitFor();
    await notebook.cell(2).locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    const variables = page.locator('.jp-DebuggerVariables:visible');
    await variables.getByText('doubled').first().waitFor();
    await variables.getByText('42').first().waitFor();
    await page.locator('jp-button[data-command="debugger:continue"]:visible').first().click();
    await notebook.output(2).getByText('f is 42').waitFor();
    await notebook.root.locator('.jp-DebuggerBugButton').click();
  });

  test('changes to a kernel of another language, and back', async () => {
    const change = async (kernel: string): Promise<void> => {
      await page.locator('.jp-KernelName:visible').first().click();
      const dialog = page.locator('.jp-Dialog', { hasText: 'Select Kernel' });
      await dialog.locator('select').selectOption({ label: kernel });
      await dialog.locator('.jp-mod-accept').click();
      await page.locator('.jp-KernelName:visible', { hasText: kernel }).first().waitFor();
      await notebook.idle();
    };
    await change('Bash');
    await notebook.runToShow(3, 'echo "bash says $((6 * 7))"', 'bash says 42');
    await change('Python 3 (ipykernel)');
    await notebook.runToShow(3, 'print("python is back")', 'python is back');
  });
});

test.skipIf(onlyStock)(
  'the browser complains about nothing with us that it does not complain about with jupyter_server',
  () => {
    const stock = new Set(complaints.get('jupyter_server'));
    expect((complaints.get('In the Loop') ?? []).filter((complaint) => !stock.has(complaint))).toEqual([]);
  },
);
