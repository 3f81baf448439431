/* global window, document, addEventListener, requestAnimationFrame, MutationObserver -- of the pages */
/**
 * Python in the browser, in JupyterLab in Chromium: how long its start takes beside that of a bare page that loads the same
 * Pyodide in a worker, at the first visit of a browser and at the second; and, while a loop prints 10,000 lines, how soon
 * a click in the tab that runs it is answered. In turns.
 *   npm run build && node test/bench/browser-kernel.bench.mjs [ROUNDS]
 */
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createRelay } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { OURS, removeFolder, startServer } from './servers.mjs';
import { median, percentile } from './statistics.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const PYODIDE = join(import.meta.dirname, '..', '..', 'node_modules', 'pyodide');
const TYPES = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const BARE = {
  '/': `<script type="module">
    const from = performance.now();
    new Worker('/worker.js', { type: 'module' }).onmessage = () => { window.took = performance.now() - from; };
  </script>`,
  '/worker.js': `import { loadPyodide } from '/pyodide.mjs'; await loadPyodide({ indexURL: '/' }); postMessage('loaded');`,
};

/** The bare page, isolated as a page must be that shares memory with its workers; its files are kept for ever. */
async function serveBare() {
  const server = createServer(({ url }, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    response.setHeader('Content-Type', TYPES[extname(url)] ?? 'text/html');
    if (url in BARE) return void response.end(BARE[url]);
    createReadStream(join(PYODIDE, url))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

/** What pages reach the server through: it notes what they ask for. */
async function countRequests(baseUrl) {
  const asked = [];
  const relay = createRelay((near) => {
    const far = connect(Number(new URL(baseUrl).port), '127.0.0.1');
    near.on('data', (chunk) => {
      const path = /^GET (\S+) HTTP\/1\.1\r\n/.exec(chunk.toString('latin1', 0, 400))?.[1];
      if (path !== undefined) asked.push(path);
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.pipe(to);
      from.on('error', () => to.destroy()); // A tab that is closed breaks its connections off.
    }
  });
  await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return { asked, relay, origin: `http://127.0.0.1:${relay.address().port}` };
}

async function newBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'browser-kernel-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(90_000);
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}

async function visitBare(context, origin) {
  const page = await context.newPage();
  await page.goto(origin);
  const took = await (await page.waitForFunction(() => window.took)).jsonValue();
  await page.close();
  return took;
}

/** From the click in the launcher, and from the first that is asked of a kernel's files, until the kernel is ready. */
async function visitLab(context, url, asked) {
  const page = await context.newPage();
  await page.goto(url);
  const card = page.locator('.jp-LauncherCard', { hasText: 'Python (in this browser)' }).first();
  await card.waitFor();
  await page.waitForLoadState('networkidle');
  // What a service worker keeps for later is no part of this.
  await page.waitForTimeout(3_000);
  await page.evaluate(() => {
    window.marks = {};
    addEventListener('click', ({ timeStamp }) => (window.marks.clicked ??= timeStamp), true);
    new MutationObserver(() => {
      if (document.querySelector('iframe[title="Kernels of this page"]'))
        window.marks.began ??= performance.now();
      if (document.querySelector('.itl-HostChip')?.textContent.includes('Runs in this tab'))
        window.marks.ready ??= performance.now();
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  const before = asked.length;
  await card.click();
  const { clicked, began, ready } = await (
    await page.waitForFunction(() => window.marks.ready && window.marks)
  ).jsonValue();
  const files = asked.slice(before).filter((path) => path.startsWith('/in-the-loop/browser-runtime/'));
  return { page, whole: ready - clicked, start: ready - began, files: files.length };
}

async function run(page, index, code) {
  const cells = page.locator('.jp-NotebookPanel:visible .jp-Notebook-cell:visible');
  await cells.nth(index).locator('.cm-content').click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText(code);
  await page.keyboard.press('Shift+Enter');
}

/** Clicks while a cell prints, each from the input's own time until the frame after it is shown; then what another tab has. */
async function printLoop(context, page, index, statement) {
  const other = await context.newPage();
  await other.goto(page.url());
  const outputs = (of) =>
    of
      .locator('.jp-NotebookPanel:visible .jp-Notebook-cell:visible')
      .nth(index)
      .locator('.jp-OutputArea-output');
  await other.locator('.jp-NotebookPanel:visible .jp-Notebook-cell:visible').nth(index).waitFor();
  await page.bringToFront();
  await page.evaluate(() => {
    window.answered = [];
    window.note ??= addEventListener(
      'pointerdown',
      ({ timeStamp }) =>
        requestAnimationFrame(() => setTimeout(() => window.answered.push(performance.now() - timeStamp))),
      true,
    );
  });
  await run(page, index, `for i in range(10_000): ${statement}\nprint("the end")`);
  await page.evaluate(() => (window.answered.length = 0));
  let isOver = false;
  const ended = outputs(other)
    .getByText('the end')
    .first()
    .waitFor()
    .then(() => (isOver = true));
  while (!isOver) {
    await page.mouse.click(900, 12); // Where JupyterLab's top bar is empty.
    await page.waitForTimeout(10);
  }
  await ended;
  const text = await outputs(other).allTextContents();
  const lines = text.join('').trim().split(/\n+/);
  const isComplete = lines.length === 10_001 && lines.every((line, at) => at === 10_000 || line === `${at}`);
  const times = await page.evaluate(() => window.answered);
  await other.close();
  return { times, isComplete };
}

const server = await startServer(OURS);
const counted = await countRequests(server.baseUrl);
const bare = await serveBare();
const url = `${counted.origin}/lab?token=${server.token}&reset`;
const rounds = [];
const clicks = { 'nothing printed': [], plain: [], 'each flushed': [] };
let areComplete = true;
for (let round = 0; round < ROUNDS; round++) {
  const plain = await newBrowser();
  const bareFirst = await visitBare(plain.context, bare.origin);
  const bareSecond = await visitBare(plain.context, bare.origin);
  await plain.close();
  const lab = await newBrowser();
  const first = await visitLab(lab.context, url, counted.asked);
  await run(first.page, 0, '1 + 1');
  await first.page.close();
  const second = await visitLab(lab.context, url, counted.asked);
  await run(second.page, 0, '1 + 1');
  for (const [at, name, statement] of [
    [1, 'nothing printed', '__import__("time").sleep(0.0002)'],
    [2, 'plain', 'print(i)'],
    [3, 'each flushed', 'print(i, flush=True)'],
  ]) {
    const { times, isComplete } = await printLoop(lab.context, second.page, at, statement);
    clicks[name].push(...times);
    areComplete &&= isComplete || name === 'nothing printed';
  }
  await lab.close();
  rounds.push({ bareFirst, bareSecond, first, second });
  console.error(
    `round ${round + 1}: bare ${bareFirst.toFixed()}, ${bareSecond.toFixed()} ms; ours ${first.start.toFixed()}, ${second.start.toFixed()} ms`,
  );
}
const middle = (of) => median(rounds.map(of));
const say = (label, value) => console.log(label.padEnd(64) + value);
const ms = (value) => `${value.toFixed(0)} ms`;
say(
  'bare page, first visit and second',
  `${ms(middle((r) => r.bareFirst))}, ${ms(middle((r) => r.bareSecond))}`,
);
for (const visit of ['first', 'second']) {
  const alone = visit === 'first' ? 'bareFirst' : 'bareSecond';
  say(`kernel, ${visit} visit: from the host's frame to ready`, ms(middle((r) => r[visit].start)));
  say('  … to bare', `${middle((r) => r[visit].start / r[alone]).toFixed(2)} ×`);
  say('  from the click in the launcher to ready', ms(middle((r) => r[visit].whole)));
  say('  … to bare', `${middle((r) => r[visit].whole / r[alone]).toFixed(2)} ×`);
  say(
    '  requests for its files',
    middle((r) => r[visit].files),
  );
}
for (const [name, times] of Object.entries(clicks))
  say(
    `10,000 turns, ${name}: click answered, median, p95, most (of ${times.length}) `,
    [median(times), percentile(times, 0.95), Math.max(...times)].map(ms).join(', '),
  );
say('10,000 lines complete in another tab', areComplete ? 'always' : 'NO');
bare.server.close();
counted.relay.close();
await server.close();
removeFolder();
process.exit(0);
