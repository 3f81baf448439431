// Takes the picture of docs/ai.md, of the built server and the installed JupyterLab, with a model that says what is written here:
//   node test/browser/agent-picture.mjs [THEME FILE]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { completionWire } from '../doubles/completion-wire.ts';
import { ModelServer } from '../doubles/model-server.ts';
import { wireAnswer } from '../doubles/model-wire.ts';
import { startOurServer } from '../servers/our-server.ts';

const [
  theme = 'JupyterLab Light',
  file = join(import.meta.dirname, '..', '..', 'docs', 'images', 'assistant.png'),
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
    code('grid', 'import numpy as np, matplotlib.pyplot as plt\nt = np.linspace(0, 12, 600)'),
    code('plot', 'plt.plot(t, np.exp(-t / tau) * np.cos(4 * t));'),
  ],
  metadata: { kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
};

const wire = completionWire({ isGroq: false });
const list = { headers: { 'content-type': 'application/json' }, frames: ['{"data":[{"id":"gpt-5.1"}]}'] };
const answers = [
  wireAnswer(wire, {
    calls: [{ id: 'call_1', name: 'read_cell', arguments: { cell: 'grid' } }],
    inputTokens: 1180,
    outputTokens: 24,
  }),
  wireAnswer(wire, {
    text: [
      'Nothing has defined `tau`, the time in which the amplitude falls to $1/e$. I would set it where `t` is made:',
    ],
    calls: [
      {
        id: 'call_2',
        name: 'edit_cell',
        arguments: { cell: 'grid', old_text: 't = np', new_text: 'tau = 4.0\nt = np' },
      },
    ],
    inputTokens: 1290,
    outputTokens: 71,
  }),
];
const provider = await ModelServer.start();
provider.answerAlways(({ path }) => (path.endsWith('/models') ? list : answers.shift()));
const server = await startOurServer({
  args: ['--collaboration', 'on'],
  environment: {
    OPENAI_API_KEY: 'sk-none',
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OLLAMA_HOST: '127.0.0.1:1',
  },
});
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
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.2 });
const page = await context.newPage();
await page.goto(`${server.origin}/lab?token=${server.token}`);
const xsrf = (await context.cookies()).find((cookie) => cookie.name === '_xsrf')?.value;
const data = { name: 'Ada Lovelace', display_name: 'Ada Lovelace', color: '#d53135' };
await context.request.patch(`${server.origin}/api/me`, { headers: { 'X-XSRFToken': xsrf ?? '' }, data });
await page.goto(`${server.origin}/lab/tree/${NOTEBOOK}`);
await page.locator('.jp-Notebook-cell').nth(2).waitFor();
await page.locator('.lm-TabBar-tab[data-id="filebrowser"]').click();
await page.locator('.jp-Notebook-cell').nth(1).locator('.cm-content').click();
for (let cell = 1; cell <= 2; cell += 1) await page.keyboard.press('Shift+Enter');
await page.getByRole('button', { name: 'Fix this error' }).click({ timeout: 60_000 });
await page.getByRole('region', { name: 'Change of code cell 2' }).waitFor();
await page.locator('.itl-AgentChange').waitFor();
await page.locator('.jp-InTheLoop-syncState', { hasText: 'Saved' }).waitFor();
await page.locator('mjx-container').last().waitFor();
await page.screenshot({ path: file });
await browser.close();
await server.close();
await provider.close();
