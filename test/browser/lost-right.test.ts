import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { NetworkLink } from './network-link.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const VIEW_TOKEN = 'a-token-for-those-who-look';
const CELL = {
  cell_type: 'code',
  id: 'a',
  source: 'x = 41',
  metadata: {},
  outputs: [],
  execution_count: null,
};
const KERNEL = { name: 'python3', display_name: 'Python 3', language: 'python' };
let server: JupyterServerProcess;
let browser: Browser;
let link: NetworkLink;
beforeAll(async () => {
  server = await startOurServer({ args: ['--collaboration', 'on', '--view-token', VIEW_TOKEN] });
  const notebook = { cells: [CELL], metadata: { kernelspec: KERNEL }, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(notebook));
  browser = await launchChromium();
  link = await NetworkLink.to(server.origin);
});
afterAll(async () => {
  await browser.close();
  await link.close();
  await server.close();
});

/** Of the one notebook. */
async function sessionId(): Promise<string> {
  const [session] = (await sendOk(server, { path: '/api/sessions' })).json<{ id: string }[]>();
  return session?.id ?? '';
}

test('I7: who may only look by now gets the document read-only, and what they typed meanwhile as a fork', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const notebook = new NotebookWidget(await context.newPage());
  const { page } = notebook;
  // Signed in by cookie alone: a page that came with a token would go on showing that.
  await context.request.get(`${link.origin}/lab?token=${server.token}`);
  await page.goto(`${link.origin}/lab/tree/a.ipynb`);
  await notebook.cell(0).waitFor();
  await notebook.idle();
  await notebook.cell(0).locator('.cm-content').click();
  await sendOk(server, { method: 'DELETE', path: `/api/sessions/${await sessionId()}` });
  link.cut();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(' # never sent');
  // In another tab they have logged in anew meanwhile, as somebody who may look.
  const looking = await sendOk(server, {
    path: '/api/me',
    auth: 'none',
    headers: { authorization: `token ${VIEW_TOKEN}`, host: new URL(link.origin).host },
  });
  const cookie = looking.headers['set-cookie']?.find((each) => each.startsWith('username-')) ?? '';
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
  await context.addCookies([{ name, value, url: link.origin }]);
  link.mend();
  await expect
    .poll(() => notebook.cell(0).locator('.cm-content').innerText(), { timeout: 40_000 })
    .toBe('x = 41');
  const toReview = page.locator('#jp-bottom-panel, .jp-StatusBar-Widget').getByText('1 to review').first();
  await toReview.waitFor();
  await page.locator('.jp-Toolbar').getByText('notebook is read-only').waitFor();
  await shoot(page, 'lost-right-reopened');
  expect(await page.locator('.jp-Dialog').count()).toBe(0);
  await toReview.click();
  await page
    .locator('.jp-Dialog')
    .getByText(/a\.ipynb \(kept on/)
    .click();
  await page.locator('.jp-InTheLoop-history').getByText('# never sent').waitFor();
  await shoot(page, 'lost-right-review');
  await context.close();
}, 120_000);
