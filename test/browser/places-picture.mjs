// Takes the pictures of docs/places.md, of the built server and the installed JupyterLab, with a machine by ssh and a
// Slurm cluster of this machine (which takes root, sshd and Slurm):
//   node test/browser/places-picture.mjs [THEME FOLDER]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startOurServer } from '../servers/our-server.ts';
import { startSlurm } from '../servers/slurm.ts';
import { startSshd } from '../servers/sshd.ts';

const [theme = 'JupyterLab Light', folder = join(import.meta.dirname, '..', '..', 'docs', 'images')] =
  process.argv.slice(2);
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
    code(
      'plot',
      'import numpy as np, matplotlib.pyplot as plt\nt = np.linspace(0, 12, 600)\nplt.figure(figsize=(7, 2.4))\nplt.plot(t, np.exp(-t / 4) * np.cos(4 * t));',
    ),
    code('next', 'half_life = 4 * np.log(2)'),
  ],
  metadata: { kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
};

const server = await startOurServer();
const sshd = await startSshd();
const cluster = await startSlurm();
writeFileSync(join(server.folders.root, NOTEBOOK), JSON.stringify(notebook));
async function ask(method, path, body) {
  const headers = { authorization: `token ${server.token}` };
  const answer = await fetch(`${server.origin}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}
const places = '/api/in-the-loop/v1/places';
await ask('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
  raw: JSON.stringify({ theme }),
});
const bench = {
  title: 'Bench',
  kind: 'ssh',
  settings: { host: '127.0.0.1', port: sshd.port, identityFile: sshd.identityFile },
};
await ask('POST', `${places}/bench/accept-host-key`, { fingerprint: sshd.fingerprint, place: bench });
await ask('POST', places, bench);
await ask('POST', places, {
  title: 'Physics cluster',
  kind: 'slurm',
  settings: { configuration: cluster.configuration },
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1360, height: 860 }, deviceScaleFactor: 1.2 });
await page.goto(`${server.origin}/lab/tree/${NOTEBOOK}?token=${server.token}`);
await page.locator('#jp-main-statusbar').getByText('| Idle').waitFor({ timeout: 60_000 });
await page.locator('.lm-TabBar-tab[data-id="filebrowser"]').click();
await page.locator('.lm-TabBar-tab[data-id="in-the-loop-runtimes"]').click();
const panel = page.getByRole('region', { name: 'Runtimes', exact: true });
for (const title of ['Bench', 'Physics cluster'])
  await panel
    .getByRole('region', { name: title, exact: true })
    .getByText('ready', { exact: true })
    .waitFor({ timeout: 60_000 });
await page.locator('.jp-Notebook-cell .cm-content').first().click();
await page.keyboard.press('Shift+Enter');
await page.locator('.jp-OutputArea-output img').waitFor({ timeout: 60_000 });
await cluster.command('scontrol', 'update', `NodeName=${cluster.node}`, 'State=DRAIN', 'Reason=cleaning');
await page.locator('.jp-NotebookPanel:visible .jp-KernelName:visible').click();
const select = page.getByRole('dialog', { name: 'Select Kernel' }).locator('select');
await select.selectOption('{"name":"physics-cluster.python3"}');
await page.getByRole('button', { name: 'Select Kernel' }).click();
await page.getByRole('dialog', { name: 'Resources at Physics cluster' }).waitFor();
await page.screenshot({ path: join(folder, 'resources.png') });
await page.keyboard.press('Enter');
await panel.getByText('waiting for its place').waitFor();
await page.locator('.jp-Notebook-cell .cm-content').nth(1).click();
await page.keyboard.press('Shift+Enter');
await page.locator('.itl-KernelPlace').waitFor();
await page.waitForTimeout(2_500);
await page.screenshot({ path: join(folder, 'places.png') });
await browser.close();
await server.close();
await cluster.stop();
await sshd.stop();
