import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from '../browser/chromium.ts';
import { LabPage } from '../browser/lab-page.ts';
import { NotebookWidget } from '../browser/notebook-widget.ts';
import { shoot } from '../browser/shots.ts';

// Python 3.8 of 2021, whose packages are files (server/setup/pyodide-data-stack.mjs): today's are on a CDN.
const DISTRIBUTION = join(import.meta.dirname, '..', '..', '.pyodide-data-stack', 'distribution');

let server: JupyterServerProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await startOurServer({ args: ['--pyodide-distribution', DISTRIBUTION] });
  browser = await launchChromium();
  page = await browser.newPage();
  page.setDefaultTimeout(40_000);
  await page.goto(`${server.origin}/lab?token=${server.token}`);
  await new LabPage(page).shown();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test('a distribution that has its packages runs numpy, pandas and matplotlib in the browser, loaded when imported', async () => {
  const notebook = new NotebookWidget(page);
  await page.locator('.jp-LauncherCard', { hasText: 'Python (in this browser)' }).first().click();
  await notebook.run(0, 'import numpy as np\nnp.arange(6).reshape(2, 3).sum()');
  await notebook.run(
    1,
    'import pandas as pd\npd.DataFrame({"city": ["Bern", "Genf"], "height": [540, 375]})',
  );
  await notebook.run(2, 'import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()');
  try {
    await notebook.output(0).getByText('15', { exact: true }).waitFor();
    await notebook.output(1).locator('table.dataframe td', { hasText: 'Genf' }).waitFor();
    const figure = notebook.output(2).locator('img[src^="data:image/png;base64,"]');
    await figure.waitFor();
    expect(await figure.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(300);
  } catch (error) {
    await shoot(page, 'pyodide-data-stack');
    throw error;
  }
}, 120_000);
