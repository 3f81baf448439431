import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { logText } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const VIEW_TOKEN = 'a-token-for-those-who-look';
const OUTPUT = { output_type: 'stream', name: 'stdout', text: ['as the owner ran it\n'] };
const cell = (id: string, source: string, outputs: object[] = []) => ({
  ...{ cell_type: 'code', id, source, outputs, metadata: {} },
  execution_count: outputs.length === 0 ? null : 7,
});
const CELLS = [cell('a', 'print("as the owner ran it")', [OUTPUT]), cell('b', 'x = 6\nx * 7')];
const KERNEL = { name: 'python3', display_name: 'Python 3', language: 'python' };
const PRIVATE = 'Run a private copy in this browser';

let server: JupyterServerProcess;
let browser: Browser;
let file: string;
beforeAll(async () => {
  server = await startOurServer({ base: '/base/', args: ['--view-token', VIEW_TOKEN] });
  file = join(server.folders.root, 'shared.ipynb');
  const notebook = { cells: CELLS, metadata: { kernelspec: KERNEL }, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** What a viewer's page asked for that is no reading, and what was refused it. */
function watch(page: Page): string[] {
  const noted: string[] = [];
  page.on('request', (request) => {
    if (!['GET', 'HEAD', 'OPTIONS'].includes(request.method()))
      noted.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  page.on('response', (response) => {
    if (response.status() === 403) noted.push(`refused: ${new URL(response.url()).pathname}`);
  });
  return noted;
}
const digest = () => createHash('sha256').update(readFileSync(file)).digest('hex');

/** What is in the browser's database. */
const copiesKept = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open('in-the-loop:/base/:private-copies');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const all = opening.result.transaction('copies').objectStore('copies').getAll();
          all.onsuccess = () => resolve(JSON.stringify(all.result));
        };
      }),
  );

async function copiedLink(context: BrowserContext): Promise<string> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(`${server.origin}/base/lab/tree/shared.ipynb?token=${server.token}`);
  const notebook = new NotebookWidget(page);
  await notebook.cell(0).waitFor();
  await page
    .locator('[data-jp-item-name="in-the-loop-share"]')
    .getByRole('button', { name: 'Copy Link for Viewers' })
    .click();
  await page.getByText('Link for viewers copied').waitFor();
  // Its kernel is there, and says nothing more.
  await notebook.idle();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.close();
  return link;
}

test('a link opens a notebook for a viewer, who runs a private copy in the browser; the original stays as it is', async () => {
  const owner = await browser.newContext();
  const link = await copiedLink(owner);
  expect(link).toBe(`${server.origin}/base/lab/tree/shared.ipynb?token=${VIEW_TOKEN}`);
  await owner.close();
  const sessions = async () =>
    (await sendOk(server, { path: '/api/sessions' })).json<{ id: string }[]>().map(({ id }) => id);
  const had = await sessions();

  const viewer = await browser.newContext({ viewport: { width: 390, height: 780 } });
  const page = await viewer.newPage();
  const noted = watch(page);
  await page.goto(link);
  const original = new NotebookWidget(page);
  await original.output(0).getByText('as the owner ran it').waitFor();
  // The owner's kernel may still say something of itself.
  const logged = async () =>
    (await logText(server, '--list')).split('\n').filter((line) => !line.includes('"kernel/'));
  const before = [digest(), await logged()];
  // At once, while JupyterLab has yet to open what the address names; on a screen as narrow as a phone's.
  await page.getByRole('button', { name: PRIVATE }).click();
  await page.getByText('nobody else sees it, and the original does not change').waitFor();
  const copy = new NotebookWidget(page);
  await copy.root.getByText('nobody else sees it').waitFor();
  await copy.output(0).getByText('as the owner ran it').waitFor();
  await copy.cell(1).locator('.cm-content').click();
  await page.keyboard.press('Shift+Enter');
  await copy.output(1).getByText('42').waitFor({ timeout: 60_000 });
  await copy.cell(1).locator('.jp-InputPrompt', { hasText: '[1]' }).waitFor();
  await shoot(page, 'private-copy');
  await copy.type(2, 'import json; json.dum');
  await page.keyboard.press('Tab');
  await page.locator('.jp-Completer:visible').getByText('dumps').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => copiesKept(page)).toContain('"42"');

  // Its address opens it again.
  await page.reload();
  await copy.root.getByText('nobody else sees it').waitFor();
  await copy.output(1).getByText('42').waitFor();

  await page.goto(link);
  await original.output(0).getByText('as the owner ran it').waitFor();
  expect(await original.output(1).count()).toBe(0);
  await page.getByRole('button', { name: 'Open your private copy' }).click();
  await copy.output(1).getByText('42').waitFor();

  // Deleted from the list of all copies, by keyboard.
  await page.keyboard.press('ControlOrMeta+Shift+C');
  await page.locator('.lm-CommandPalette-input').fill('Private Copies in This Browser');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Delete shared.ipynb' }).press('Enter');
  await page.getByText('cannot be brought back').waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).press('Enter');
  await page.getByText('There are none.').waitFor();
  expect(await copiesKept(page)).toBe('[]');
  expect([digest(), await logged()]).toEqual(before);
  expect(await sessions()).toEqual(had);
  expect(noted).toEqual([]);
}, 120_000);
