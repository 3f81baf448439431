import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { makeServerFolders } from '../servers/server-folders.ts';
import { startStockServer } from '../servers/stock-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { contrast } from './contrast.ts';
import { shoot } from './shots.ts';

const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'labextensions');
const THEMES = ['JupyterLab Light', 'JupyterLab Dark', 'JupyterLab Dark High Contrast'];
const connection = (page: Page) => page.getByRole('button', { name: 'Server: connected' });

async function openLab(page: Page, server: JupyterServerProcess): Promise<void> {
  await page.goto(`${server.origin}/lab?token=${server.token}`);
  await page.locator('.jp-LauncherCard').first().waitFor();
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
}

async function searchPalette(page: Page, words: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Shift+C');
  await page.locator('.lm-CommandPalette-input').fill(words);
}

async function chooseTheme(server: JupyterServerProcess, theme: string): Promise<void> {
  const path = '/lab/api/settings/@jupyterlab/apputils-extension:themes';
  const { status } = await send(server, { method: 'PUT', path, body: { raw: JSON.stringify({ theme }) } });
  expect(status).toBe(204);
}

describe('the lab extension on In the Loop, where nobody collaborates', () => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    server = await startOurServer({ args: ['--collaboration', 'off'] });
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(20_000);
    heard.listenTo(context);
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('says in the status bar that the server is connected, to screen readers too', async () => {
    await openLab(page, server);
    await connection(page).waitFor();
    expect(
      await page
        .getByRole('status')
        .filter({ has: connection(page) })
        .count(),
    ).toBe(1);
    expect(await connection(page).getAttribute('title')).toContain('In the Loop answers');
  });

  test('tells about itself from the status bar, by keyboard alone, and gives the focus back', async () => {
    await connection(page).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'About In the Loop' });
    await dialog.getByText(/served by In the Loop \d+\.\d+\.\d+/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Close' }).evaluate((e) => e.matches(':focus'))).toBe(
      true,
    );
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await connection(page).evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  test('tells about itself from the command palette', async () => {
    await searchPalette(page, 'About In the Loop');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'About In the Loop' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test.each(THEMES)('can be read in %s', async (theme) => {
    await chooseTheme(server, theme);
    await openLab(page, server);
    await page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: 'attached' });
    // WCAG 2.2 §1.4.3: 4.5 for text of this size.
    expect(await contrast(connection(page))).toBeGreaterThanOrEqual(4.5);
    await connection(page).click();
    const dialog = page.getByRole('dialog', { name: 'About In the Loop' });
    expect(await contrast(dialog.getByText('served by'))).toBeGreaterThanOrEqual(4.5);
    await shoot(page, `lab-extension-${theme}`);
    await page.keyboard.press('Escape');
  });

  test('fits a phone', async () => {
    const phone = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
    heard.listenTo(phone);
    const small = await phone.newPage();
    await openLab(small, server);
    await searchPalette(small, 'About In the Loop');
    await small.keyboard.press('Enter');
    const content = small.getByRole('dialog').locator('.jp-Dialog-content');
    await content.getByText('served by').waitFor();
    const box = await content.boundingBox();
    expect(box).not.toBeNull();
    expect(box!.x).toBeGreaterThanOrEqual(0);
    expect(box!.x + box!.width).toBeLessThanOrEqual(390);
    await shoot(small, 'lab-extension-phone');
    await phone.close();
  });

  test('lists kernels and where they run', async () => {
    await page.locator('.lm-TabBar-tab[data-id="in-the-loop-runtimes"]').click();
    const here = page.getByRole('region', { name: 'This machine', exact: true });
    await here.getByText('ready', { exact: true }).waitFor();
    await here.getByText('No kernels run here.').waitFor();
    // It hears of new ones without a connection of its own, too.
    const asked = { method: 'POST', path: '/api/kernels', body: { name: 'python3' } };
    const { status } = await send(server, asked);
    expect(status).toBe(201);
    await here.getByRole('listitem', { name: 'Python 3 (ipykernel)' }).waitFor();
  });

  test('tells about itself in Notebook 7 too', async () => {
    // Notebook's own complaints are compared in notebook.test.ts.
    const tree = await browser.newPage();
    await tree.goto(`${server.origin}/tree?token=${server.token}`);
    await tree.locator('.jp-DirListing').waitFor();
    await searchPalette(tree, 'About In the Loop');
    await tree.keyboard.press('Enter');
    await tree.getByRole('dialog', { name: 'About In the Loop' }).waitFor();
  });

  test('makes the browser complain about nothing', () => {
    expect(heard.all()).toEqual([]);
  });
});

test('the lab extension is loaded by another server, and is silent there', async () => {
  const folders = makeServerFolders();
  const extensions = join(folders.own, 'labextensions');
  cpSync(BUILT, extensions, { recursive: true });
  const server = await startStockServer({
    folders,
    args: [`--LabApp.extra_labextensions_path=['${extensions}']`],
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    const loading = page.waitForResponse(/lab-extension\/static\/remoteEntry/);
    await openLab(page, server);
    expect((await loading).status()).toBe(200);
    await page.locator('#jp-main-statusbar').waitFor();
    expect(await page.getByText('Server: connected').count()).toBe(0);
    await searchPalette(page, 'About');
    await page.locator('.lm-CommandPalette-item', { hasText: 'About JupyterLab' }).waitFor();
    expect(await page.locator('.lm-CommandPalette-item', { hasText: 'In the Loop' }).count()).toBe(0);
    expect(await page.locator('.lm-TabBar-tab[data-id="in-the-loop-runtimes"]').count()).toBe(0);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await server.close();
  }
}, 60_000);
