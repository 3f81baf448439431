// Takes the pictures of the README and the documentation, of the built server and the installed front-ends:
//   node test/browser/screenshots.mjs
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { removeFolder, startServer } from '../bench/servers.mjs';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'images');
const code = (id, source) => ({
  id,
  cell_type: 'code',
  execution_count: null,
  metadata: {},
  outputs: [],
  source,
});
const notebook = {
  cells: [
    {
      id: 'title',
      cell_type: 'markdown',
      metadata: {},
      source: '# A damped oscillation\n\n$$x(t) = e^{-t/\\tau} \\cos(\\omega t)$$',
    },
    code(
      'plot',
      'import numpy as np, matplotlib.pyplot as plt\nt = np.linspace(0, 12, 600)\nfor tau in (2, 4, 8):\n    plt.plot(t, np.exp(-t / tau) * np.cos(4 * t), label=f"τ = {tau}")\nplt.legend(); plt.gcf().set_size_inches(8, 3)',
    ),
    code(
      'table',
      'import pandas as pd\npd.DataFrame({"τ": (2, 4, 8), "half-life": np.log(2) * np.array((2, 4, 8))}).round(2)',
    ),
    code(
      'widget',
      'import ipywidgets\nipywidgets.interact(lambda omega: print(f"period {2 * np.pi / omega:.2f}"), omega=(1.0, 8.0));',
    ),
  ],
  metadata: { kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
};
const LIGHT = 'JupyterLab Light';
const DARK = 'JupyterLab Dark';

mkdirSync(FOLDER, { recursive: true });
const server = await startServer('In the Loop');
const put = async (path, body) => {
  const answer = await fetch(`${server.baseUrl}${path}`, {
    method: 'PUT',
    headers: { authorization: `token ${server.token}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
};
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
});

/** A picture of the notebook, run from its first cell to its last. */
async function picture(name, { path, theme, ...options }) {
  await put('/lab/api/settings/@jupyterlab/apputils-extension:themes', { raw: JSON.stringify({ theme }) });
  await put('/lab/api/settings/@jupyterlab/apputils-extension:notification', {
    raw: JSON.stringify({ fetchNews: 'false', checkForUpdates: false }),
  });
  await put('/api/contents/oscillation.ipynb', { type: 'notebook', format: 'json', content: notebook });
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${server.baseUrl}${path}?token=${server.token}`);
  await page
    .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    .first()
    .waitFor({ state: 'attached', timeout: 60_000 });
  for (const cell of await page.locator('.jp-Notebook .jp-CodeCell:visible').all()) {
    await cell.locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    await cell
      .locator('.jp-InputPrompt')
      .filter({ hasText: /\[\d+\]/ })
      .waitFor({ timeout: 60_000 });
  }
  await page.locator('.noUi-handle').waitFor();
  await page.keyboard.press('ControlOrMeta+s');
  await page.locator('.jp-Notebook-cell:visible').first().scrollIntoViewIfNeeded();
  await page
    .locator('.jp-Notebook-cell:visible')
    .first()
    .click({ position: { x: 5, y: 5 } });
  await page.waitForTimeout(1_000); // The plot and the widget take their final size.
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await context.close();
}

const desktop = { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 };
await picture('lab-light', { path: '/lab/tree/oscillation.ipynb', theme: LIGHT, ...desktop });
await picture('lab-dark', { path: '/lab/tree/oscillation.ipynb', theme: DARK, ...desktop });
await picture('notebook-light', { path: '/notebooks/oscillation.ipynb', theme: LIGHT, ...desktop });
await picture('notebook-phone', {
  path: '/notebooks/oscillation.ipynb',
  theme: LIGHT,
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
});
await browser.close();
await server.close();
removeFolder();
