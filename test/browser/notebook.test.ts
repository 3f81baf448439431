import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bothServers, onlyStock } from '../conformance/both-servers.ts';
import { notebook as sampleNotebook } from '../conformance/sample-files.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const complaints = new Map<string, string[]>();

describe.each(bothServers)('Notebook 7 on $name', ({ name, start }) => {
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
