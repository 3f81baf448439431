import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import {
  killLeftBehind,
  makeServerFolders,
  removeServerFolders,
  serverEnvironment,
} from '../servers/server-folders.ts';
import { startSlurm, whyNoSlurm, type SlurmCluster } from '../servers/slurm.ts';
import { startSshd, whyNoSshd, type SshdUnderTest } from '../servers/sshd.ts';
import { PREFIX } from '../servers/stock-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { RuntimesPage } from './runtimes-page.ts';
import { shoot } from './shots.ts';

const NOTEBOOK = 'waves.ipynb';
const LOCAL = 'Python 3 (ipykernel)';
const PYTHON = join(PREFIX, 'bin', 'python');
const missing = { ssh: whyNoSshd(), slurm: whyNoSlurm() };
for (const [kind, why] of Object.entries(missing))
  if (why !== null) process.stderr.write(`\nNOT RUN: places in JupyterLab by ${kind}: ${why}\n`);
const cell = (id: string) => ({
  ...{ id, cell_type: 'code', source: '', metadata: {}, outputs: [], execution_count: null },
});
const notebook = {
  cells: ['first', 'second', 'third', 'fourth'].map(cell),
  metadata: {
    kernelspec: { name: 'python3', display_name: LOCAL, language: 'python' },
    in_the_loop: { packages: { 'fish-for-tests': '3.1', ipykernel: '7.0.0' } },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

describe('places where kernels run, in JupyterLab', () => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let page: Page;
  let runtimes: RuntimesPage;
  let shown: NotebookWidget;

  const metadata = (): Record<string, unknown> =>
    (JSON.parse(readFileSync(join(server.folders.root, NOTEBOOK), 'utf8')) as typeof notebook).metadata;

  beforeAll(async () => {
    server = await startOurServer();
    writeFileSync(join(server.folders.root, NOTEBOOK), JSON.stringify(notebook));
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1600, height: 950 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    context.setDefaultTimeout(20_000);
    heard.listenTo(context);
    page = await context.newPage();
    runtimes = new RuntimesPage(page);
    shown = new NotebookWidget(page);
    await page.goto(`${server.origin}/lab/tree/${NOTEBOOK}?token=${server.token}`);
    await shown.idle();
    await runtimes.open();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await shoot(page, `places-${task.name}`);
  });

  test('lists the kernel of a notebook, and does with it what is asked', async () => {
    const row = runtimes.kernel(`${LOCAL} of ${NOTEBOOK}`);
    await row.getByText('idle', { exact: true }).waitFor();
    await shown.runToShow(0, 'x = 41\nx + 1', '42');
    await row.getByText(/^\d+(\.\d+)? MB$/).waitFor();
    await runtimes.press(`Copy console command: ${LOCAL} of ${NOTEBOOK}`);
    const command = await runtimes.clipboard();
    expect(command).toMatch(/^jupyter console --existing \S+kernel-[\w-]+\.json$/);
    await shown.run(1, 'import time\nwhile True: time.sleep(.1)');
    await row.getByText('busy', { exact: true }).waitFor();
    await runtimes.press(`Interrupt: ${LOCAL} of ${NOTEBOOK}`);
    await shown.output(1).getByText('KeyboardInterrupt').first().waitFor();
    await runtimes.press(`Restart: ${LOCAL} of ${NOTEBOOK}`);
    await runtimes.acceptDialog('Restart Kernel?');
    await runtimes.panel.getByText('was restarted. Its variables are gone').waitFor();
    await shown.runToShow(1, 'x', 'NameError');
    // All but the variables.
    await shown.output(0).getByText('42').waitFor();
  });

  describe.runIf(missing.ssh === null)('on a machine by ssh', () => {
    let sshd: SshdUnderTest;
    beforeAll(async () => {
      sshd = await startSshd();
    });
    afterAll(() => sshd?.stop());

    test('is added once its host key was refused, and then accepted', async () => {
      const form = await runtimes.describe('Machine by ssh', 'Bench', {
        'Host (needed)': '127.0.0.1',
        'Private key': sshd.identityFile,
        Port: String(sshd.port),
        Python: PYTHON,
      });
      const button = (name: string) => form.getByRole('button', { name, exact: true });
      const hostKey = form.getByRole('group', { name: 'Host key' });
      await button('Try it').click();
      expect(await hostKey.locator('code').innerText()).toBe(sshd.fingerprint);
      await button('Refuse').click();
      await form.getByText('Refused: nothing was sent to that machine.').waitFor();
      await button('Try it').click();
      await hostKey.getByRole('button', { name: 'It is right: trust it' }).click();
      await form.getByText(/^It works\. Kernels there: /).waitFor();
      await shoot(page, 'places-ssh-form');
      await button('Add').click();
      await runtimes.place('Bench').getByText('ready', { exact: true }).waitFor();
    });

    test('is a group of the picker; a notebook moves there and back, and keeps all but its variables', async () => {
      await shown.runToShow(1, 'here = 1\nprint("was here")', 'was here');
      await runtimes.openPicker();
      const offered = await runtimes.offered();
      expect(Object.values(offered).flat()).toContain(LOCAL);
      expect(offered['Bench']?.length).toBeGreaterThan(0);
      await runtimes.choose('bench.python3');
      await runtimes.picker.getByText(/Moves it from This machine to Bench\..*variables are not/).waitFor();
      await shoot(page, 'places-picker');
      await runtimes.select();
      // At once: what is run before the kernel is there waits for it.
      await shown.runToShow(
        2,
        'import os\nprint("SSH_CONNECTION" in os.environ, "here" in globals())',
        'True False',
      );
      await shown.output(1).getByText('was here').waitFor();
      // What its cells installed here, and is not there; the other is.
      const lacks = page.locator('.Toastify__toast', { hasText: 'packages that its new kernel lacks' });
      await lacks.getByText('lacks: fish-for-tests 3.1').waitFor();
      await lacks.getByRole('button', { name: 'Add a Cell That Installs Them' }).click();
      await shown.cell(0).getByText('%pip install fish-for-tests==3.1').waitFor();
      await shoot(page, 'places-packages');
      // It is offered at each further place, too, and stands before what is clicked here.
      await page.addStyleTag({ content: '.Toastify { display: none }' });
      await shown.cell(0).locator('.jp-InputPrompt').click();
      await page.keyboard.type('dd');
      await shown.cell(0).getByText('x = 41').waitFor();
      await runtimes.openPicker();
      await runtimes.choose('python3');
      await runtimes.select();
      await runtimes.place('This machine').getByRole('listitem', { name: NOTEBOOK }).waitFor();
      await shown.runToShow(3, 'print("SSH_CONNECTION" in os.environ)', 'NameError');
      await shown.output(2).getByText('True False').waitFor();
    });

    test('is removed with what runs there, which is said before', async () => {
      await runtimes.press('Remove…: Bench');
      await runtimes.acceptDialog('Remove Bench?');
      await runtimes.place('Bench').waitFor({ state: 'detached' });
    });
  });

  describe('on a machine that dials in', () => {
    const folders = makeServerFolders();
    let agent: ChildProcess | null = null;
    afterAll(async () => {
      if (agent !== null && agent.exitCode === null) {
        agent.kill('SIGKILL');
        await once(agent, 'exit');
      }
      killLeftBehind(folders);
      removeServerFolders(folders);
    });

    /** Types it into a shell of that machine. */
    function type(command: string): ChildProcess {
      const programs = join(folders.own, 'bin');
      mkdirSync(programs);
      writeFileSync(join(programs, 'in-the-loop'), `#!/bin/sh\nexec ${process.execPath} ${MAIN} "$@"\n`, {
        mode: 0o755,
      });
      const environment = serverEnvironment(folders);
      const PATH = [programs, join(PREFIX, 'bin'), environment['PATH']].join(delimiter);
      return spawn('sh', ['-c', `exec env ${command}`], { env: { ...environment, PATH }, stdio: 'ignore' });
    }

    test('the command that the page shows connects it, and a kernel there is one click away', async () => {
      const form = await runtimes.describe('Machine that dials in', 'Laptop', {});
      await form.getByRole('button', { name: 'Make a key' }).click();
      await runtimes.press('Copy the command');
      const command = await runtimes.clipboard();
      expect(command).toContain(`in-the-loop agent --server '${server.origin}`);
      await runtimes.press('Done');
      const laptop = runtimes.place('Laptop');
      await laptop.getByText('away', { exact: true }).waitFor();
      agent = type(command);
      await laptop.getByText('ready', { exact: true }).waitFor();
      await laptop.getByText('Start a kernel').click();
      await laptop
        .getByRole('button', { name: new RegExp(`^Use in ${NOTEBOOK}: ${escaped(LOCAL)}`) })
        .click();
      await runtimes.acceptDialog(`Move ${NOTEBOOK}?`);
      await laptop.getByRole('listitem', { name: NOTEBOOK }).getByText('idle').waitFor();
      await shown.runToShow(3, 'import os\nprint(os.environ["HOME"])', folders.home);
      await shoot(page, 'places-agent');
    });

    test('its key is worth nothing once it is revoked, and its machine is away', async () => {
      await runtimes.press('Revoke key…: Laptop');
      await runtimes.acceptDialog('Revoke the key of Laptop?');
      await runtimes.place('Laptop').waitFor({ state: 'detached' });
      await expect.poll(() => agent?.exitCode, { timeout: 15_000 }).not.toBeNull();
    });
  });

  describe.runIf(missing.slurm === null)('on a Slurm cluster', () => {
    let cluster: SlurmCluster;
    beforeAll(async () => {
      cluster = await startSlurm();
    });
    afterAll(() => cluster?.stop());

    test('asks once what the job is to have, shows why it waits, and starts', async () => {
      const form = await runtimes.describe('Slurm cluster', 'Cluster', {
        'slurm.conf': cluster.configuration,
        Python: PYTHON,
      });
      await form.getByRole('button', { name: 'Add', exact: true }).click();
      const place = runtimes.place('Cluster');
      await place.getByText('ready', { exact: true }).waitFor();
      const node = `NodeName=${cluster.node}`;
      await cluster.command('scontrol', 'update', node, 'State=DRAIN', 'Reason=cleaning');
      await runtimes.openPicker();
      await runtimes.choose('cluster.');
      await runtimes.select();
      const resources = page.getByRole('dialog', { name: 'Resources at Cluster' });
      await resources.getByLabel('Partition').selectOption('short');
      await resources.getByLabel('Time limit').fill('1');
      await shoot(page, 'places-resources');
      await page.keyboard.press('Enter');
      await place.getByText('waiting for its place').waitFor();
      await page
        .locator('.itl-KernelPlace')
        .getByText(/^Cluster: ./)
        .waitFor();
      await shown.run(0, 'print("SLURM_JOB_ID" in os.environ if "os" in globals() else "fresh")');
      await shoot(page, 'places-queued');
      await cluster.command('scontrol', 'update', node, 'State=RESUME');
      await shown.output(0).getByText('fresh').waitFor({ timeout: 30_000 });
      await page.locator('.itl-KernelPlace').waitFor({ state: 'detached' });
      await page.locator('.jp-NotebookPanel:visible .jp-KernelName:visible').waitFor();
      expect(JSON.stringify(metadata())).toContain('"partition":"short"');
    });

    test('does not ask the same notebook again', async () => {
      await runtimes.press(`Stop: ${LOCAL} of ${NOTEBOOK}`);
      await runtimes.acceptDialog('Stop Kernel?');
      await runtimes.place('Cluster').getByText('No kernels run here.').waitFor();
      await runtimes.openPicker();
      await runtimes.choose('cluster.');
      await runtimes.select();
      await runtimes.place('Cluster').getByRole('listitem', { name: NOTEBOOK }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
    });
  });

  test('leaves nothing to complain about', () => {
    expect(heard.all()).toEqual([]);
  });
});

function escaped(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}
