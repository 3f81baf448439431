import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';

let server: JupyterServerProcess;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  server = await startOurServer();
  // Its text is drawn; for screen readers it is in the page as well.
  await sendOk(server, {
    method: 'PUT',
    path: '/lab/api/settings/@jupyterlab/terminal-extension:plugin',
    body: { raw: '{"screenReaderMode": true}' },
  });
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1280, height: 1200 } });
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const shownLines = async (): Promise<number[]> => {
  const rows = await page.locator('.jp-Terminal:visible .xterm-accessibility-tree > div').allTextContents();
  return rows.flatMap((row) => [...(/^line=(\d+)=/.exec(row)?.slice(1) ?? [])]).map(Number);
};

test('I4: a terminal in an open tab goes on when the server is killed and started again, each line shown once', async () => {
  await page.goto(`${server.origin}/lab?token=${server.token}`);
  await page.locator('.jp-LauncherCard', { hasText: 'Terminal' }).click();
  await page.locator('.jp-Terminal:visible .xterm-screen').click();
  await page.keyboard.type('i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo "line=$i="; sleep 0.1; done');
  await page.keyboard.press('Enter');
  await expect.poll(shownLines, { timeout: 30_000 }).toContain(5);
  const { port } = new URL(server.origin);
  await server.end('SIGKILL');
  server = await startOurServer({ folders: server.folders, args: ['--port', port] });
  await expect.poll(shownLines, { timeout: 60_000 }).toContain(30);
  expect(await shownLines()).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  await page.keyboard.type('echo "line=$((6*7))="');
  await page.keyboard.press('Enter');
  await expect.poll(shownLines, { timeout: 30_000 }).toContain(42);
});
