import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const HEIGHT = 333;

/** A PNG of random grey, which does not get smaller. */
function picture(): string {
  const width = 300;
  const chunk = (type: string, data: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header[8] = 8;
  const rows = Array.from({ length: HEIGHT }, () =>
    Buffer.concat([Buffer.from([0]), crypto.getRandomValues(Buffer.alloc(width))]),
  );
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = chunk('IDAT', deflateSync(Buffer.concat(rows)));
  return Buffer.concat([signature, chunk('IHDR', header), pixels, chunk('IEND', Buffer.alloc(0))]).toString(
    'base64',
  );
}

const cell = (id: string, source: string, ...outputs: unknown[]) => ({
  ...{ cell_type: 'code', id, source, metadata: {}, execution_count: null, outputs },
});
const output = (data: Record<string, string>) => ({ output_type: 'display_data', metadata: {}, data });
const tall = Array.from({ length: 60 }, (_, line) => `# ${line}`).join('\n');

describe('an output that is kept beside a shared notebook', () => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let page: Page;
  let notebook: NotebookWidget;
  const asked: string[] = [];

  beforeAll(async () => {
    server = await startOurServer({ args: ['--collaboration', 'on'] });
    const html = `<script>window.ranUntrusted = true</script><b class="marked">bold</b>${'x'.repeat(70_000)}`;
    const content = {
      ...{ nbformat: 4, nbformat_minor: 5 },
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
      cells: [
        cell('first', tall),
        cell('picture', 'show()', output({ 'image/png': picture(), 'text/plain': '<Figure>' })),
        cell('html', 'html()', output({ 'text/html': html })),
        cell('last', tall),
      ],
    };
    writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(content));
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    heard.listenTo(context);
    page = await context.newPage();
    page.on('request', (request) => {
      if (request.url().includes('/v1/outputs/')) asked.push(request.url());
    });
    await page.goto(`${server.origin}/lab/tree/a.ipynb?token=${server.token}`);
    notebook = new NotebookWidget(page);
    await notebook.cell(0).waitFor();
    await notebook.idle();
  }, 120_000);
  afterEach(({ task }) => shoot(page, `outputs-${task.name}`));
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** All of them: the next one is loaded a little before it is in view. */
  const tryAgain = (): Promise<void> =>
    page
      .getByRole('button', { name: 'Try again' })
      .evaluateAll((buttons) => buttons.forEach((button) => (button as HTMLButtonElement).click()));

  test('is asked for when somebody scrolls to it, and takes its place before', async () => {
    expect(asked).toEqual([]);
    const cellOf = page.locator('.jp-Notebook-cell', { hasText: 'show()' });
    await page.route('**/v1/outputs/*', (route) => route.abort());
    await cellOf.scrollIntoViewIfNeeded();
    const placed = page.locator('.itl-ReferredOutput').first();
    await placed.getByText('could not be loaded').waitFor();
    expect((await placed.boundingBox())!.height).toBeGreaterThanOrEqual(HEIGHT);
    await page.unroute('**/v1/outputs/*');
    await tryAgain();
    const shown = placed.locator('.jp-RenderedImage img');
    await shown.waitFor();
    await expect
      .poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalHeight))
      .toBe(HEIGHT);
    expect(asked.length).toBeGreaterThan(0);
  });

  test('is shown as untrusted where it is', async () => {
    await page.locator('.jp-Notebook-cell', { hasText: 'html()' }).scrollIntoViewIfNeeded();
    await tryAgain();
    await page.locator('.itl-ReferredOutput b').waitFor();
    expect(await page.evaluate(() => 'ranUntrusted' in window)).toBe(false);
  });

  test('is one too when a cell has just put it out', async () => {
    const code = 'import os, base64\nfrom IPython.display import HTML\nHTML("<i>made</i>" + "y" * 100_000)';
    await page.locator('.jp-Notebook-cell').first().scrollIntoViewIfNeeded();
    await notebook.run(0, code);
    await page.locator('.itl-ReferredOutput i', { hasText: 'made' }).waitFor({ timeout: 30_000 });
    await expect.poll(() => page.locator('.jp-mod-dirty').count(), { timeout: 10_000 }).toBe(0);
    const answer = await page.request.get(`${server.origin}/api/contents/a.ipynb?token=${server.token}`);
    expect(await answer.text()).toContain('<i>made</i>yyy');
  });
});
