import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { sendOk } from '../servers/http.ts';
import { startOurServer } from '../servers/our-server.ts';
import { WITH_STOCK_CLIENT } from '../servers/stock-client.ts';
import { startOurStockCollaboration } from '../servers/stock-collaboration-server.ts';
import { codeCell, notebookOf, readNotebookFile, sourceOf } from '../servers/stock-page.ts';
import { launchChromium } from './chromium.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';
import { LIMIT, StockPerson } from './stock-person.ts';

function writeNotebook(file: string, ...sources: string[]): void {
  const cells = sources.map((source, place) => codeCell(`cell-${place}`, source));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  writeFileSync(file, `${JSON.stringify({ ...notebookOf(...cells), metadata: { kernelspec } }, null, 1)}\n`);
}

describe("jupyter-collaboration's client on our server", () => {
  let server: JupyterServerProcess;
  let browser: Browser;
  const people: BrowserContext[] = [];
  let ada: StockPerson;
  let ben: StockPerson;

  const file = (name: string): string => join(server.folders.root, name);
  const sourcesOnDisk = (name: string): string[] => readNotebookFile(server, name).cells.map(sourceOf);

  async function open(name: string, options: BrowserContextOptions = {}): Promise<StockPerson> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    people.push(context);
    return StockPerson.open(context, server, name);
  }
  const bothShow = async (cell: number, text: string): Promise<void> => {
    for (const person of [ada, ben])
      await expect.poll(() => person.text(cell), { timeout: LIMIT }).toBe(text);
  };

  beforeAll(async () => {
    server = await startOurStockCollaboration();
    writeNotebook(file('n.ipynb'), '', 'print("run by", 6 * 7)', 'a = 1', 'last');
    browser = await launchChromium();
    ada = await open('n.ipynb');
    ben = await open('n.ipynb');
  }, 90_000);
  afterEach(async ({ task }) => {
    for (const [place, context] of people.entries())
      for (const page of context.pages()) await shoot(page, `stock-collaboration-${task.name}-${place}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('two people type into one cell at once, and both have all of it', async () => {
    await Promise.all([ada.typeAtEnd(0, 'aaaaaaaaaa'), ben.typeAtEnd(0, 'bbbbbbbbbb')]);
    await expect.poll(async () => (await ada.text(0)).length, { timeout: LIMIT }).toBe(20);
    const text = await ada.text(0);
    expect([...text].sort().join('')).toBe('aaaaaaaaaabbbbbbbbbb');
    await bothShow(0, text);
  });

  test('I2: what one runs both see, and a page that comes in the middle of it, once', async () => {
    await ada.typeAtEnd(1, '\nimport time\nfor i in range(8):\n print("line", i)\n time.sleep(0.5)');
    await ada.page.keyboard.press('Shift+Enter');
    await ben.notebook.output(1).getByText('line 1').waitFor();
    await ben.page.reload();
    await new LabPage(ben.page).shown();
    await ben.notebook.output(1).getByText('line 3').waitFor();
    const lines = ['run by 42', ...Array.from({ length: 8 }, (_, line) => `line ${line}`)];
    for (const { notebook } of [ada, ben]) {
      await notebook.done(1);
      expect((await notebook.output(1).allInnerTexts()).join('\n').trim().split('\n')).toEqual(lines);
    }
  });

  test('interrupts what runs, and input says where it can be answered', async () => {
    await ada.typeAtEnd(2, '\nname = input("Who? ")\nprint("hello", name)');
    await ada.page.keyboard.press('Shift+Enter');
    const link = ben.notebook.output(2).getByRole('link');
    await link.waitFor();
    await shoot(ben.page, 'stock-collaboration-prompt');
    const [answering] = await Promise.all([ben.page.waitForEvent('popup'), link.click()]);
    await answering.getByLabel('Who?').fill('Ada');
    await shoot(answering, 'stock-collaboration-answer');
    await answering.getByRole('button').click();
    for (const { notebook } of [ada, ben]) await notebook.output(2).getByText('hello Ada').waitFor();
    expect(await link.count()).toBe(0);
    await ada.notebook.cell(2).locator('.cm-content').click();
    await ada.page.keyboard.press('Control+Enter');
    await link.waitFor();
    await ada.notebook.toolbarButton('notebook:interrupt-kernel').click();
    await ben.notebook.output(2).getByText('KeyboardInterrupt').first().waitFor();
  });

  test('a change of the file by another program comes into the cell that it is of', async () => {
    await expect.poll(() => sourcesOnDisk('n.ipynb')[3], { timeout: LIMIT }).toBe('last');
    const changed = readFileSync(file('n.ipynb'), 'utf8').replace('"last"', '"last of all"');
    writeFileSync(`${file('n.ipynb')}.new`, changed);
    renameSync(`${file('n.ipynb')}.new`, file('n.ipynb'));
    await bothShow(3, 'last of all');
  });

  test('saves when asked, without a question, and renames', async () => {
    await ben.typeAtEnd(3, '!');
    await ada.notebook.cell(3).getByText('last of all!').waitFor();
    await ben.save();
    await expect.poll(() => sourcesOnDisk('n.ipynb')[3], { timeout: LIMIT }).toBe('last of all!');
    const body = { path: 'renamed.ipynb' };
    await sendOk(server, { method: 'PATCH', path: '/api/contents/n.ipynb', body });
    for (const { page } of [ada, ben]) await new LabPage(page).tab('renamed.ipynb').waitFor();
    await ada.typeAtEnd(3, '?');
    await expect.poll(() => sourcesOnDisk('renamed.ipynb')[3], { timeout: LIMIT }).toBe('last of all!?');
    for (const { page } of [ada, ben]) expect(await page.locator('.jp-Dialog').count()).toBe(0);
  });

  test('I1: the server is killed under two who type; they go on, and nothing is lost or doubled', async () => {
    const { folders } = server;
    await Promise.all([ada.typeAtEnd(0, 'ccc'), ben.typeAtEnd(3, 'ddd')]);
    await server.end('SIGKILL');
    await Promise.all([ada.typeAtEnd(0, 'CCC'), ben.typeAtEnd(3, 'DDD')]);
    const port = new URL(server.origin).port;
    server = await startOurStockCollaboration({ folders, args: ['--port', port] });
    for (const person of [ada, ben]) {
      await expect.poll(() => person.text(0), { timeout: LIMIT }).toMatch(/^[ab]{20}cccCCC$/);
      await expect.poll(() => person.text(3), { timeout: LIMIT }).toBe('last of all!?dddDDD');
      // JupyterLab's own, about the server: none of them is about the document.
      const about = await person.page.locator('.jp-Dialog').allInnerTexts();
      expect(about.filter((text) => !text.includes('Server Connection Error'))).toEqual([]);
    }
    await expect
      .poll(() => sourcesOnDisk('renamed.ipynb')[3], { timeout: LIMIT })
      .toBe('last of all!?dddDDD');
  });
});

test('where our extension speaks for documents, an installed client of jupyter-collaboration is left out', async () => {
  const server = await startOurServer({ environment: WITH_STOCK_CLIENT, args: ['--collaboration', 'on'] });
  const browser = await launchChromium();
  try {
    writeNotebook(join(server.folders.root, 'n.ipynb'), 'print("run by", 6 * 7)');
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('websocket', (socket) => asked.push(socket.url()));
    await page.goto(`${server.origin}/lab/tree/n.ipynb?token=${server.token}&reset`);
    await new LabPage(page).shown();
    const notebook = new NotebookWidget(page);
    await notebook.idle();
    await notebook.runToShow(0, 'print("run by", 6 * 7)', 'run by 42');
    await shoot(page, 'stock-collaboration-left-out');
    expect(asked.filter((url) => url.includes('/api/collaboration/'))).toEqual([]);
    expect(asked.some((url) => url.includes('/api/in-the-loop/v1/live'))).toBe(true);
    expect(await page.locator('#jp-collaboration-panel').count()).toBe(0);
  } finally {
    await browser.close();
    await server.close();
  }
});
