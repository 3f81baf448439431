import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { LabPage } from './lab-page.ts';
import { NetworkLink } from './network-link.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { RuntimesPage } from './runtimes-page.ts';
import { shoot } from './shots.ts';

const PYTHON = 'Python (in this browser)';
const soon = { timeout: 10_000 };
const isKernelFile = (path: string): boolean => path.startsWith('/in-the-loop/browser-runtime/');

describe('Python in the browser, in JupyterLab', () => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let link: NetworkLink;
  let browser: Browser;
  /** The tab that runs the kernel, whose network can be cut. */
  let page: Page;
  let notebook: NotebookWidget;
  /** Another person's browser, as far as the page knows. */
  let other: Page;
  let watched: NotebookWidget;
  /** A later tab of the first browser. */
  let again: Page | undefined;

  const chip = (of: NotebookWidget) => of.root.locator('.itl-HostChip button');

  beforeAll(async () => {
    server = await startOurServer();
    link = await NetworkLink.to(server.origin);
    browser = await launchChromium();
    const open = async (): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      context.setDefaultTimeout(20_000);
      heard.listenTo(context);
      return context.newPage();
    };
    [page, other] = await Promise.all([open(), open()]);
    notebook = new NotebookWidget(page);
    watched = new NotebookWidget(other);
    await page.goto(`${link.origin}/lab?token=${server.token}`);
    await new LabPage(page).shown();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await link?.close();
    await server?.close();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    if (!page.isClosed()) await shoot(page, `browser-kernels-${task.name}`);
    if (again !== undefined) await shoot(again, `browser-kernels-${task.name}-again`);
    if (other.url() !== 'about:blank') await shoot(other, `browser-kernels-${task.name}-other`);
  });

  test('starts from the launcher, and says how far it is loaded and where it runs', async () => {
    expect(await page.locator('iframe[title="Kernels of this page"]').count()).toBe(0);
    const card = page.locator('.jp-LauncherCard', { hasText: PYTHON }).first();
    await card.locator('svg image[href$="/kernelspecs/browser.python/logo-svg.svg"]').waitFor();
    expect(await card.getAttribute('title')).toBe(`New notebook: ${PYTHON}`);
    await card.click();
    await notebook.run(0, 'print("hello from", 41 + 1)');
    await chip(notebook)
      .getByText(/^Loading/)
      .waitFor();
    await notebook.output(0).getByText('hello from 42').waitFor();
    await chip(notebook).getByText('Runs in this tab').waitFor();
    expect(link.asked.filter(isKernelFile).length).toBeGreaterThan(3);
  });

  test('another browser watches, and runs cells on it', async () => {
    await other.goto(`${server.origin}/lab/tree/Untitled.ipynb?token=${server.token}`);
    await watched.output(0).getByText('hello from 42').waitFor();
    await chip(watched)
      .getByText(/^Runs in .*’s? tab \(Chromium on Linux\)$/)
      .waitFor();
    await watched.runToShow(1, 'x = 6 * 7\nx', '42');
    await notebook.output(1).getByText('42').waitFor();
  });

  test('asks, and is interrupted, from either', async () => {
    await watched.run(2, 'print("hello", input("Who? "))');
    await notebook.cell(2).locator('.jp-Stdin-input').fill('Ada');
    await page.keyboard.press('Enter');
    await watched.output(2).getByText('hello Ada').waitFor();
    await notebook.run(3, 'while True: pass');
    await watched.cell(3).locator('.jp-InputPrompt', { hasText: '[*]' }).waitFor();
    await watched.toolbarButton('notebook:interrupt-kernel').click();
    await notebook.output(3).getByText('KeyboardInterrupt').first().waitFor();
    await notebook.done(3);
  });

  test('10,000 lines, each flushed, come complete to another tab, and the hosting tab answers meanwhile', async () => {
    await notebook.run(4, 'for i in range(10_000): print(i, flush=True)\nprint("all", input("Go on? "))');
    // It still runs: it waits for an answer.
    await page.locator('.lm-MenuBar-item', { hasText: 'Help' }).click();
    await page.locator('.lm-Menu').first().waitFor();
    await page.keyboard.press('Escape');
    await watched.cell(4).locator('.jp-Stdin-input').fill('there');
    await other.keyboard.press('Enter');
    await watched.output(4).getByText('all there').waitFor();
    const lines = (await watched.output(4).first().innerText()).trim().split('\n');
    expect(lines.slice(0, 10_000)).toEqual(Array.from({ length: 10_000 }, (_, index) => String(index)));
  });

  test('runs on without the server: shown as not yet shared, and everybody’s once it is back', async () => {
    link.cut();
    await page.getByText('Offline', { exact: false }).first().waitFor();
    await notebook.run(5, 'y = x + 1\nprint("alone", y)');
    const unshared = notebook.cell(5).getByRole('group', { name: 'Not yet shared' });
    await unshared.getByText('alone 43').waitFor();
    await chip(notebook).getByText('Runs in this tab, not yet shared').waitFor();
    await shoot(page, 'browser-kernels-offline');
    await notebook.toolbarButton('notebook:restart-kernel').click();
    await page.getByText('The kernel was not restarted, and is as it was').first().waitFor();
    link.mend();
    await watched.output(5).getByText('alone 43').waitFor();
    await unshared.waitFor({ state: 'detached' });
    expect(await notebook.output(5).getByText('alone 43').count()).toBe(1);
    await notebook.done(5);
  });

  test('the hosting tab is closed in mid-run: outputs stay, the reason is told, and one click starts again', async () => {
    await notebook.run(6, 'print("so far")\nwhile True: pass');
    await watched.output(6).getByText('so far').waitFor();
    // It asks first, as something runs.
    const asked = page.waitForEvent('dialog');
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.accept();
    await closed;
    await watched
      .output(6)
      .getByText(/tab that ran it was closed/)
      .waitFor();
    await watched.output(6).getByText('so far').waitFor();
    // The toolbar of a narrow window has no room for the chip.
    await other.setViewportSize({ width: 390, height: 844 });
    await watched.root.getByText('The tab that ran this kernel was closed').waitFor();
    const start = watched.root.getByRole('button', { name: 'Start it here' });
    await expect
      .poll(() => start.boundingBox().then((box) => box !== null && box.x + box.width <= 390), soon)
      .toBe(true);
    await shoot(other, 'browser-kernels-closed');
    await start.click();
    await other.setViewportSize({ width: 1400, height: 900 });
    await chip(watched).getByText('Runs in this tab').waitFor();
    expect(await start.count()).toBe(0);
    await watched.runToShow(7, 'x', 'NameError');
  });

  test('is offered in the picker, and usable on a phone', async () => {
    const runtimes = new RuntimesPage(other);
    await runtimes.openPicker();
    expect(Object.keys(await runtimes.offered()).join()).toContain('In this browser');
    await runtimes.choose('browser.python');
    await other.keyboard.press('Escape');
    await runtimes.picker.waitFor({ state: 'detached' });
    await other.setViewportSize({ width: 390, height: 844 });
    // Where there is no room, the toolbar has it with the kernel's name.
    await watched.root.locator('.jp-Toolbar-responsive-opener button').click();
    await other.locator('.jp-Toolbar-responsive-popup .itl-HostChip').waitFor();
    await shoot(other, 'browser-kernels-phone');
    await watched.runToShow(8, '"again"', 'again');
  });

  test('starts the second time without a request; what a disk damaged is mended', async () => {
    const tab = (again = await page.context().newPage());
    const second = new NotebookWidget(tab);
    await tab.goto(`${link.origin}/lab?reset`);
    await tab.locator('.jp-LauncherCard', { hasText: PYTHON }).first().waitFor();
    link.asked.length = 0;
    await tab.locator('.jp-LauncherCard', { hasText: PYTHON }).first().click();
    await second.runToShow(0, '6 * 7', '42');
    expect(link.asked.filter(isKernelFile)).toEqual([]);
    const damaged = await tab.evaluate(async () => {
      for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys())
          if (request.url.endsWith('.wasm')) {
            await (await caches.open(name)).put(request, new Response('damaged'));
            return { name, url: request.url };
          }
      return null;
    });
    if (damaged === null) throw new Error('The service worker kept nothing of it.');
    await second.toolbarButton('notebook:restart-kernel').click();
    await tab.locator('.jp-Dialog .jp-mod-accept').click();
    await second.runToShow(0, '7 * 7', '49');
    const length = () =>
      tab.evaluate(async ({ name, url }) => {
        const kept = await (await caches.open(name)).match(url, { ignoreVary: true });
        return (await kept?.arrayBuffer())?.byteLength;
      }, damaged);
    await expect.poll(length, soon).toBeGreaterThan(1_000_000);
  });

  test('is isolated by itself: the page, its outputs and its windows are as without it', async () => {
    const image = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64');
    const elsewhere = createServer((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'image/gif' }).end(image),
    );
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    // By another name: another site, not only another origin.
    const source = `http://localhost:${(elsewhere.address() as AddressInfo).port}/image.gif`;
    const tab = again as Page;
    const second = new NotebookWidget(tab);
    await second.run(
      1,
      `from IPython.display import HTML\nHTML('<img src="${source}"><iframe src="/api"></iframe>')`,
    );
    const shown = await second.output(1).locator('img').elementHandle();
    await expect
      .poll(() => shown?.evaluate((element) => (element as HTMLImageElement).naturalWidth), soon)
      .toBe(1);
    await second.output(1).frameLocator('iframe').getByText('version').waitFor();
    expect(
      await second
        .output(1)
        .locator('iframe')
        .evaluate((frame: HTMLIFrameElement) => frame.contentDocument?.body.textContent),
    ).toContain('version');
    elsewhere.close();
    const host = tab.frames().find((frame) => frame.url().endsWith('/host.html'));
    expect(await host?.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await tab.evaluate(() => crossOriginIsolated)).toBe(false);
    const opened = tab.waitForEvent('popup');
    await tab.evaluate(() => void window.open('/api'));
    const popup = await opened;
    await popup.getByText('version').waitFor();
    expect(await popup.evaluate(() => (opener as Window).location.pathname)).toContain('/lab');
    await popup.close();
    // What was cut breaks, as it should.
    expect(heard.all().filter((complaint) => !complaint.includes('WebSocket'))).toEqual([]);
  });
});
