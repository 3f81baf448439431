import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { WITH_STOCK_CLIENT } from '../servers/stock-client.ts';
import { launchChromium } from './chromium.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const LIMIT = 20_000;

interface NotebookJson {
  cells: { source: string | string[]; outputs: { text?: string | string[] }[] }[];
}

function writeNotebook(file: string, ...sources: string[]): void {
  const cells = sources.map((source, place) => ({
    id: `cell-${place}`,
    cell_type: 'code',
    execution_count: null,
    metadata: {},
    outputs: [],
    source: source.split(/(?<=\n)/),
  }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
}
const joined = (text: string | string[] | undefined): string => [text ?? []].flat().join('');

describe("jupyter-collaboration's client on our server", () => {
  let server: JupyterServerProcess;
  let browser: Browser;
  const people: BrowserContext[] = [];
  let ada: Person;
  let ben: Person;

  interface Person {
    readonly page: Page;
    readonly notebook: NotebookWidget;
  }
  const file = (name: string): string => join(server.folders.root, name);
  const sourcesOnDisk = (name: string): string[] =>
    (JSON.parse(readFileSync(file(name), 'utf8')) as NotebookJson).cells.map(({ source }) => joined(source));

  async function open(name: string): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    people.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT);
    await page.goto(`${server.origin}/lab/tree/${name}?token=${server.token}&reset`);
    await new LabPage(page).shown();
    const notebook = new NotebookWidget(page);
    await notebook.idle();
    return { page, notebook };
  }
  const textOf = ({ notebook }: Person, cell: number) =>
    notebook.cell(cell).locator('.cm-content').innerText();
  async function typeAtEnd({ page, notebook }: Person, cell: number, text: string): Promise<void> {
    await notebook.cell(cell).locator('.cm-content').click();
    await page.keyboard.press('ControlOrMeta+End');
    // Without the editor's own brackets and indents.
    if (text.includes('\n')) await page.keyboard.insertText(text);
    else await page.keyboard.type(text);
  }
  const bothShow = async (cell: number, text: string): Promise<void> => {
    for (const person of [ada, ben])
      await expect.poll(() => textOf(person, cell), { timeout: LIMIT }).toBe(text);
  };

  beforeAll(async () => {
    server = await startOurServer({
      environment: WITH_STOCK_CLIENT,
      args: ['--collaboration', 'stock'],
    });
    writeNotebook(file('n.ipynb'), '', 'print("run by", 6 * 7)', 'a = 1', 'last');
    browser = await launchChromium();
    [ada, ben] = await Promise.all([open('n.ipynb'), open('n.ipynb')]);
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
    await Promise.all([typeAtEnd(ada, 0, 'aaaaaaaaaa'), typeAtEnd(ben, 0, 'bbbbbbbbbb')]);
    await expect.poll(async () => (await textOf(ada, 0)).length, { timeout: LIMIT }).toBe(20);
    const text = await textOf(ada, 0);
    expect([...text].sort().join('')).toBe('aaaaaaaaaabbbbbbbbbb');
    await bothShow(0, text);
  });

  test('I2: what one runs both see, and a tab that comes in the middle of it, once', async () => {
    await typeAtEnd(ada, 1, '\nimport time\nfor i in range(8):\n print("line", i)\n time.sleep(0.5)');
    await ada.page.keyboard.press('Shift+Enter');
    await ben.notebook.output(1).getByText('line 1').waitFor();
    for (const { notebook } of [ada, ben]) await notebook.done(1);
    for (const { notebook } of [ada, ben]) expect(await notebook.output(1).allInnerTexts()).toHaveLength(1);
  });
});
