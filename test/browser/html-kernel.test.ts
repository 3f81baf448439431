import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { displayBundle } from '../../kernel-bridge/hosted/html/display-bundle.ts';
import { prepareCell } from '../../kernel-bridge/hosted/html/prepare-cell.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { attempts, WAYS_OUT } from './frame-attempts.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const HTML = 'HTML (in this browser)';
const GREETING = `<h2 id="title">…</h2>
<button onclick="this.textContent = greet(count += 1)">Again</button>
<script>document.getElementById('title').textContent = greet('you') + Math.random()</script>`;

/** What a hostile cell got, by what it tried; nothing, if all is well. */
function gotten(text: string): string[] {
  const outcomes = JSON.parse(text) as Record<string, string>;
  expect(Object.keys(outcomes).length).toBeGreaterThan(50);
  return Object.entries(outcomes)
    .filter(([, outcome]) => outcome.startsWith('got ') && outcome !== 'got nothing')
    .map(([name, outcome]) => `${name}: ${outcome}`);
}

describe('HTML cells in JupyterLab', () => {
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let shown: NotebookWidget;
  /** Requests that hostile cells made: of another server, and of ours as the browser saw them answered. */
  const baits: string[] = [];
  let elsewhere: string;
  const other = createServer((request, response) => {
    baits.push(`${request.method} ${request.url}`);
    response.end('bait');
  });

  const within = (of: NotebookWidget, index: number): FrameLocator =>
    of.cell(index).frameLocator('.itl-HtmlDisplay iframe').frameLocator('iframe');
  const open = async (width: number, height: number): Promise<Page> => {
    const made = await browser.newContext({ viewport: { width, height } });
    made.setDefaultTimeout(20_000);
    made.on('response', (response) => {
      // JupyterLab itself asks whether a path that an output names is a file.
      const { pathname } = new URL(response.url());
      if (response.url().includes('bait') && pathname !== '/api/resolvePath') baits.push(response.url());
    });
    return made.newPage();
  };

  beforeAll(async () => {
    server = await startOurServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    browser = await launchChromium();
    page = await open(1280, 900);
    context = page.context();
    shown = new NotebookWidget(page);
    await page.goto(`${server.origin}/lab?token=${server.token}`);
    await new LabPage(page).shown();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    other.close();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await shoot(page, `html-kernel-${task.name}`);
  });

  test('run at once from the launcher on, keep what they define, and say what went wrong', async () => {
    await page.locator('.jp-LauncherCard', { hasText: HTML }).first().click();
    await shown.runToEnd(0, 'let count = 1;\nconst greet = (name) => `Hello ${name}`;');
    await shown.runToEnd(1, GREETING);
    await within(shown, 1).getByText('Hello you').waitFor();
    await within(shown, 1).getByRole('button').click();
    await within(shown, 1).getByText('Hello 2').waitFor();
    await shown.runToShow(2, "console.warn('told', [count]);\ngreet('again')", "'Hello again'");
    await shown.output(2).getByText('told [1]').waitFor();
    await shown.runToShow(3, 'void 0;\nnull.x', 'Cell [4], line 2');
    await shown.runToEnd(1, GREETING);
  });

  test('reach nothing from the kernel: no page, no token, no storage, no network', async () => {
    const call = `attempts(${JSON.stringify(`${server.origin}/`)}, ${JSON.stringify(elsewhere)})`;
    await shown.runToShow(2, `${attempts.toString()}\n'TRIED ' + JSON.stringify(await ${call})`, 'TRIED');
    const text = await shown.output(2).getByText('TRIED').last().innerText();
    expect(gotten(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))).toEqual([]);
    expect(baits).toEqual([]);
  });

  test('that never end are stopped, while the page goes on; what they defined is told to be gone', async () => {
    await shown.idle();
    await shown.run(3, 'while (true);');
    await shown.cell(3).getByText('[*]').waitFor();
    const answered = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const asked = performance.now();
          requestAnimationFrame(() => resolve(performance.now() - asked));
        }),
    );
    expect(answered).toBeLessThan(1_000);
    await shown.toolbarButton('notebook:interrupt-kernel').click();
    await shown.output(3).getByText('what cells had defined is gone').waitFor();
    await shown.runToShow(3, 'typeof greet', "'undefined'");
  });

  test('are shown again after a reload, and to others, as they were and as isolated', async () => {
    const title = await within(shown, 1).locator('h2').innerText();
    await page.keyboard.press('ControlOrMeta+S');
    await expect
      .poll(() => readFileSync(join(server.folders.root, 'Untitled.ipynb'), 'utf8'), { timeout: 10_000 })
      .toContain('srcdoc');
    const phone = await open(390, 844);
    const there = new NotebookWidget(phone);
    await Promise.all([
      page.reload(),
      phone.goto(`${server.origin}/lab/tree/Untitled.ipynb?token=${server.token}`),
    ]);
    for (const of of [shown, there]) {
      await within(of, 1).getByText(title).waitFor();
      const frame = of.cell(1).locator('.itl-HtmlDisplay iframe');
      expect(await frame.getAttribute('sandbox')).toBe('allow-scripts');
      expect(await frame.getAttribute('title')).toMatch(/^Output of cell \d/);
    }
    await shoot(phone, 'html-kernel-phone');
    await phone.context().close();
  });

  test('follow the colours of the page', async () => {
    const background = () =>
      within(shown, 1)
        .locator('html')
        .evaluate((html) => getComputedStyle(html).backgroundColor);
    const before = await background();
    await new LabPage(page).choose('Settings', 'Theme', 'JupyterLab Dark');
    await expect.poll(background, { timeout: 10_000 }).not.toBe(before);
    await shoot(page, 'html-kernel-dark');
    await new LabPage(page).choose('Settings', 'Theme', 'JupyterLab Light');
    await expect.poll(background, { timeout: 10_000 }).toBe(before);
  });

  test('reach nothing from a saved output, by our renderer or as plain HTML', async () => {
    const source = `<pre></pre><script>${attempts.toString()}
      attempts(${JSON.stringify(`${server.origin}/`)}, ${JSON.stringify(elsewhere)}).then((got) => {
        document.querySelector('pre').textContent = JSON.stringify(got);
      });</script>`;
    const prepared = (code: string) => prepareCell(code, { run: 1, cellId: null, seed: 1 });
    // The program is the one that a kernel of ours put into a saved output.
    const saved = JSON.parse(readFileSync(join(server.folders.root, 'Untitled.ipynb'), 'utf8')) as {
      cells: { outputs: { data?: Record<string, string> }[] }[];
    };
    const html = String(saved.cells[1]?.outputs[0]?.data?.['text/html']);
    // Cells are laid out where nobody sees them: frames out of view have no size.
    expect(Number(/height:(\d+)px/.exec(html)?.[1])).toBeGreaterThan(50);
    const program = programIn(html);
    const data = (code: string) =>
      displayBundle({ version: 1, cell: prepared(code), before: [], height: 100 }, 'x', program);
    const waysOut = WAYS_OUT.map((way) =>
      data(`<p>out</p><script>const URL = '${elsewhere}/bait'; ${way}</script>`),
    );
    const outputs = [data(source), ...waysOut].map((each) => ({
      output_type: 'display_data',
      data: each,
      metadata: {},
    }));
    const cells = [{ id: 'a', cell_type: 'code', source: '', metadata: {}, execution_count: 1, outputs }];
    writeFileSync(
      join(server.folders.root, 'hostile.ipynb'),
      JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
    const plain = await context.newPage();
    await plain.route('**/exported.html*', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html>${outputs.map((each) => String(each.data['text/html'])).join('')}`,
      }),
    );
    await Promise.all([
      // Told at once, and not at the next look of the file browser.
      page.locator('[data-command="filebrowser:refresh"]').first().click(),
      plain.goto(`${server.origin}/exported.html?token=${server.token}`),
    ]);
    await new LabPage(page).file('hostile.ipynb').dblclick();
    const ours = shown.cell(0).locator('.itl-HtmlDisplay').first();
    const frames = [
      ours.frameLocator('iframe').frameLocator('iframe'),
      plain.frameLocator('iframe >> nth=0').frameLocator('iframe'),
    ];
    for (const frame of frames) {
      await frame.getByText('{').waitFor();
      expect(gotten(await frame.locator('pre').innerText())).toEqual([]);
    }
    expect(baits).toEqual([]);
    // What it said in the name of others changed nothing but its own height.
    expect((await ours.boundingBox())?.height).toBeLessThanOrEqual(2_000);
    expect(new URL(page.url()).pathname).toBe('/lab/tree/hostile.ipynb');
    expect(context.pages()).toHaveLength(2);
    await plain.close();
  });
});

/** The display program in an output's plain HTML: a function's text, before its argument. */
function programIn(html: string): string {
  const read = (text: string): string =>
    text.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  const encoded = /atob\("([^"]*)"\)/.exec(read(read(html)))?.[1] ?? '';
  const text = Buffer.from(encoded, 'base64').toString();
  return text.slice(0, text.lastIndexOf('({"version":1'));
}
