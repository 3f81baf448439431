// Takes the picture of docs/people.md, of the built server and the installed JupyterLab:
//   node test/browser/people-picture.mjs [THEME FILE]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startOurServer } from '../servers/our-server.ts';

const [
  theme = 'JupyterLab Light',
  file = join(import.meta.dirname, '..', '..', 'docs', 'images', 'people.png'),
] = process.argv.slice(2);
const NOTEBOOK = 'oscillation.ipynb';
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
      'import numpy as np, matplotlib.pyplot as plt\nt = np.linspace(0, 12, 600)\nplt.figure(figsize=(8, 2.2))\nfor tau in (2, 4, 8):\n    plt.plot(t, np.exp(-t / tau) * np.cos(4 * t), label=f"τ = {tau}")\nplt.legend();',
    ),
    code('table', 'import pandas as pd\npd.DataFrame({"τ": (2, 4, 8)})'),
    code('empty', ''),
  ],
  metadata: { kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
};

const server = await startOurServer({ args: ['--collaboration', 'on'] });
writeFileSync(join(server.folders.root, NOTEBOOK), JSON.stringify(notebook));
await fetch(`${server.origin}/lab/api/settings/@jupyterlab/apputils-extension:themes`, {
  method: 'PUT',
  headers: { authorization: `token ${server.token}` },
  body: JSON.stringify({ raw: JSON.stringify({ theme }) }),
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
});

async function person(name, color) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1.2,
  });
  const page = await context.newPage();
  await page.goto(`${server.origin}/lab?token=${server.token}`);
  const xsrf = (await context.cookies()).find((cookie) => cookie.name === '_xsrf')?.value;
  const data = { name, display_name: name, color };
  await context.request.patch(`${server.origin}/api/me`, { headers: { 'X-XSRFToken': xsrf ?? '' }, data });
  await page.goto(`${server.origin}/lab/tree/${NOTEBOOK}`);
  await page.locator('.jp-Notebook-cell').nth(3).waitFor();
  return page;
}

const grace = await person('Grace Hopper', '#655ee7');
const ada = await person('Ada Lovelace', '#d53135');
const barbara = await person('Barbara Liskov', '#088070');
await ada.locator('.jp-Notebook-cell').nth(1).locator('.cm-content').click();
await ada.keyboard.press('Shift+Enter');
await grace.locator('.jp-RenderedImage img').waitFor({ timeout: 60_000 });
await ada.locator('.jp-Notebook-cell').nth(1).locator('.cm-line').nth(3).click();
await ada.keyboard.press('Home');
await ada.keyboard.press('Shift+End');
await barbara.locator('.jp-Notebook-cell').nth(3).locator('.cm-content').click();
await grace.locator('.lm-TabBar-tab[data-id="in-the-loop-people"]').click();
await barbara.keyboard.type('# What does ω do?', { delay: 20 });
await grace.locator('.jp-InTheLoop-syncState', { hasText: 'Saved' }).waitFor();
// By then her name has faded.
await barbara.keyboard.press('ArrowLeft');
await grace.locator('.itl-RemoteName', { hasText: 'Barbara' }).waitFor();
await grace.screenshot({ path: file });
await browser.close();
await server.close();
