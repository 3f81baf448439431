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
      'import numpy as np, matplotlib.pyplot as plt\nt = np.linspace(0, 12, 600)\nplt.figure(figsize=(8, 2.6))\nfor tau in (2, 4, 8):\n    plt.plot(t, np.exp(-t / tau) * np.cos(4 * t), label=f"τ = {tau}")\nplt.legend();',
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
async function ask(method, path, body) {
  const answer = await fetch(`${server.baseUrl}${path}`, {
    method,
    headers: { authorization: `token ${server.token}` },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
const put = (path, body) => ask('PUT', path, body);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
});

async function openNotebook({ path, theme, ...options }) {
  await put('/lab/api/settings/@jupyterlab/apputils-extension:themes', { raw: JSON.stringify({ theme }) });
  await put('/lab/api/settings/@jupyterlab/apputils-extension:notification', {
    raw: JSON.stringify({ fetchNews: 'false', checkForUpdates: false }),
  });
  await put('/api/contents/oscillation.ipynb', { type: 'notebook', format: 'json', content: notebook });
  // A kernel of its own, which counts from 1.
  for (const { id } of await (await ask('GET', '/api/sessions')).json())
    await ask('DELETE', `/api/sessions/${id}`);
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${server.baseUrl}${path}?token=${server.token}`);
  await page
    .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    .first()
    .waitFor({ state: 'attached', timeout: 60_000 });
  await page.locator('.jp-KernelName', { hasText: 'Python 3' }).first().waitFor({ state: 'attached' });
  await page.waitForTimeout(2_000); // A key pressed before the first answer of a new kernel runs nothing.
  return page;
}

/** Runs the notebook from its first cell to its last, saves it and goes back to its top. */
async function runAll(page) {
  const cells = page.locator('.jp-Notebook .jp-CodeCell:visible');
  await cells.nth(2).waitFor();
  for (const cell of await cells.all()) {
    await cell.locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    await cell
      .locator('.jp-InputPrompt')
      .filter({ hasText: /\[\d+\]/ })
      .waitFor({ timeout: 60_000 });
  }
  await page.locator('.noUi-handle').waitFor();
  // Running the last cell began a new one.
  await page.keyboard.press('Escape');
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  for (let up = 0; up < notebook.cells.length; up++) await page.keyboard.press('ArrowUp');
  await page.locator('.jp-Notebook-cell:visible h1').scrollIntoViewIfNeeded();
  await page.keyboard.press('ControlOrMeta+s');
  // The plot and the widget take their final size, and "Saving completed" goes away.
  await page.waitForTimeout(4_000);
}

async function shoot(page, name) {
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

async function picture(name, options) {
  const page = await openNotebook(options);
  await runAll(page);
  await shoot(page, name);
  return page;
}

const desktop = { viewport: { width: 1280, height: 910 }, deviceScaleFactor: 1.2 };
const light = await picture('lab-light', { path: '/lab/tree/oscillation.ipynb', theme: LIGHT, ...desktop });
await light.getByRole('button', { name: 'Server: connected' }).click();
await light.getByRole('dialog').getByText('served by').waitFor();
await light.waitForTimeout(500);
await shoot(light, 'about');
await light.context().close();
const dark = await picture('lab-dark', { path: '/lab/tree/oscillation.ipynb', theme: DARK, ...desktop });
await dark.context().close();
const page = await picture('notebook', { path: '/notebooks/oscillation.ipynb', theme: LIGHT, ...desktop });
await page.context().close();
await picture('notebook-phone', {
  path: '/notebooks/oscillation.ipynb',
  theme: LIGHT,
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
});
await browser.close();
await server.close();
removeFolder();
