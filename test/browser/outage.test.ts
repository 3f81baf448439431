import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { NetworkLink } from './network-link.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

/** Here a page itself shows what kernels say; with collaboration the documents bring it (offline, shared-runs). */
const WITHOUT_COLLABORATION = ['--collaboration', 'off'];

describe('an open tab where nobody collaborates', () => {
  let server: JupyterServerProcess;
  let link: NetworkLink;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let notebook: NotebookWidget;

  const onDisk = (path: string): string => {
    const file = join(server.folders.root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  /** JupyterLab tells of failed requests in a dialog, which a person closes. */
  const closeDialogs = async (): Promise<void> => {
    const dialog = page.locator('.jp-Dialog', { hasText: 'Server Connection Error' });
    await page.addLocatorHandler(dialog, () => dialog.locator('.jp-Dialog-button').last().click());
  };

  beforeAll(async () => {
    server = await startOurServer({ args: WITHOUT_COLLABORATION });
    link = await NetworkLink.to(server.origin);
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(20_000);
    page = await context.newPage();
    notebook = new NotebookWidget(page);
    await closeDialogs();
    await page.goto(`${link.origin}/lab?token=${server.token}`);
    await page.locator('.jp-LauncherCard[data-category="Notebook"]', { hasText: 'Python 3' }).click();
    await notebook.idle();
  });
  afterEach(async ({ task }) => {
    await shoot(page, `outage-${task.name}`);
  });
  afterAll(async () => {
    await browser?.close();
    await link?.close();
    await server?.close();
  });

  test('I1, I5: gets, once and in order, what a kernel said while the network was away', async () => {
    await notebook.run(
      0,
      'import os, time\nfor i in range(25):\n    print("tick", i, flush=True)\n    time.sleep(0.15)\nopen("said-all", "w").close()',
    );
    await notebook.output(0).getByText('tick 3').waitFor();
    link.cut();
    await expect
      .poll(() => existsSync(join(server.folders.root, 'said-all')), { timeout: 20_000 })
      .toBe(true);
    expect(await notebook.output(0).innerText()).not.toContain('tick 24');
    link.mend();
    await notebook.output(0).getByText('tick 24').waitFor({ timeout: 60_000 });
    await notebook.done(0);
    const ticks = (await notebook.output(0).innerText()).trim().split('\n');
    expect(ticks).toEqual(Array.from({ length: 25 }, (_, index) => `tick ${index}`));
  }, 120_000);

  test('runs and saves again after it', async () => {
    await notebook.runToShow(1, 'print("after the outage", i)', 'after the outage 24');
    await page.keyboard.press('ControlOrMeta+s');
    await page.locator('.jp-Dialog input').first().fill('kept.ipynb');
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    await expect.poll(() => onDisk('kept.ipynb')).toContain('after the outage 24');
  });

  test('says that the server cannot be reached, and that it is back', async () => {
    const state = page.getByRole('status').filter({ hasText: 'Server:' });
    await state.getByText('Server: connected').waitFor();
    link.cut();
    await state.getByText('not reachable').waitFor({ timeout: 60_000 });
    link.mend();
    await state.getByText('Server: connected').waitFor({ timeout: 60_000 });
  }, 150_000);

  test('stays signed in and goes on saving when the server was killed and started again', async () => {
    const { port } = new URL(server.origin);
    await notebook.type(2, '# typed before the kill');
    await server.end('SIGKILL');
    await notebook.type(2, '# typed while the server was away');
    server = await startOurServer({
      folders: server.folders,
      args: [...WITHOUT_COLLABORATION, '--port', port],
    });
    await page.keyboard.press('ControlOrMeta+s');
    await expect
      .poll(() => onDisk('kept.ipynb'), { timeout: 20_000 })
      .toContain('# typed while the server was away');
    expect(onDisk('kept.ipynb')).toContain('tick 24');
  }, 60_000);

  test('I4: shows each line once and in order of a cell that ran while the server was killed', async () => {
    const { port } = new URL(server.origin);
    await notebook.idle();
    await notebook.run(
      2,
      'for i in range(60):\n    print("tock", i, flush=True)\n    time.sleep(0.1 if i % 2 else 0.001)',
    );
    await notebook.output(2).getByText('tock 9').waitFor();
    await server.end('SIGKILL');
    server = await startOurServer({
      folders: server.folders,
      args: [...WITHOUT_COLLABORATION, '--port', port],
    });
    await notebook.output(2).getByText('tock 59').waitFor({ timeout: 90_000 });
    await notebook.done(2);
    const lines = (await notebook.output(2).innerText()).trim().split('\n');
    expect(lines).toEqual(Array.from({ length: 60 }, (_, index) => `tock ${index}`));
  }, 150_000);

  test('I4: answers a question that was asked before the server was killed', async () => {
    const { port } = new URL(server.origin);
    await notebook.run(3, 'name = input("who? "); print("it is", name, i)');
    await notebook.output(3).locator('.jp-Stdin-input').waitFor();
    await server.end('SIGKILL');
    server = await startOurServer({
      folders: server.folders,
      args: [...WITHOUT_COLLABORATION, '--port', port],
    });
    const state = page.getByRole('status').filter({ hasText: 'Server:' });
    await state.getByText('Server: connected').waitFor({ timeout: 60_000 });
    const input = notebook.output(3).locator('.jp-Stdin-input');
    await input.fill('me');
    await input.press('Enter');
    await notebook.output(3).getByText('it is me 59').waitFor({ timeout: 60_000 });
    await notebook.done(3);
  }, 150_000);
});
