import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { NotebookWidget } from '../browser/notebook-widget.ts';
import { RuntimesPage } from '../browser/runtimes-page.ts';
import { shoot } from '../browser/shots.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { type SlurmCluster, startSlurm, whyNoSlurm } from '../servers/slurm.ts';
import { PREFIX } from '../servers/stock-server.ts';

const missing = whyNoSlurm();
if (missing !== null) process.stderr.write(`\nNOT RUN: a Slurm job's time limit in JupyterLab: ${missing}\n`);

const cell = (id: string) => ({
  ...{ id, cell_type: 'code', source: '', metadata: {}, outputs: [], execution_count: null },
});
const notebook = {
  cells: [cell('first'), cell('second')],
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
};

describe.runIf(missing === null)('a job of a notebook in JupyterLab', () => {
  let cluster: SlurmCluster;
  let server: JupyterServerProcess;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    cluster = await startSlurm();
    server = await startOurServer();
    writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(notebook));
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1600, height: 950 } });
    page.setDefaultTimeout(30_000);
    await page.goto(`${server.origin}/lab/tree/a.ipynb?token=${server.token}`);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await cluster?.stop();
  });
  afterEach(({ task }) => shoot(page, `places-${task.name}`));

  test('is ended by its time limit: the cell that ran says so, and what it had printed stays', async () => {
    const shown = new NotebookWidget(page);
    const runtimes = new RuntimesPage(page);
    await shown.idle();
    await runtimes.open();
    const form = await runtimes.describe('Slurm cluster', 'Cluster', {
      'slurm.conf': cluster.configuration,
      Python: join(PREFIX, 'bin', 'python'),
    });
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await runtimes.place('Cluster').getByText('ready', { exact: true }).waitFor();
    await runtimes.openPicker();
    await runtimes.choose('cluster.');
    await runtimes.select();
    const resources = page.getByRole('dialog', { name: 'Resources at Cluster' });
    await resources.getByLabel('Time limit').fill('1');
    await page.keyboard.press('Enter');
    await shown.runToShow(0, 'import time\nprint("begun", flush=True)\ntime.sleep(600)', 'begun');
    const says = (text: string) => shown.cell(0).getByText(text).first().waitFor({ timeout: 150_000 });
    await says('its time limit is nearly reached');
    await says('reached its time limit of');
    expect(await shown.output(0).first().innerText()).toContain('begun');
  }, 240_000);
});
