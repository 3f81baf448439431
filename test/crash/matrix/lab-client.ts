import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../browser/chromium.ts';
import { NetworkLink } from '../../browser/network-link.ts';
import { NotebookWidget } from '../../browser/notebook-widget.ts';
import { sendOk } from '../../servers/http.ts';
import type { CrashClient, Expected } from './crash-client.ts';
import { crashNotebook, notebookName, versionText } from './crash-notebook.ts';
import type { CrashSite } from './crash-site.ts';
import { waitUntil } from './crash-site.ts';
import { describe } from './describe-numbers.ts';
import { linesIn, linesOfOutputs, NUMBERED } from './numbered-cell.ts';
import type { NotebookOutput } from './numbered-cell.ts';
import type { RoundPlan } from './round-plan.ts';

const PATIENCE = 60_000;

/** A Chromium that is started again whenever it was killed. */
export class TabBrowser {
  #browser: Browser | null = null;

  async get(): Promise<Browser> {
    if (this.#browser?.isConnected() !== true) this.#browser = await launchChromium();
    return this.#browser;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }
}

/** A tab with stock JupyterLab, operated by keyboard as a person does. */
export class LabClient implements CrashClient {
  readonly saveWindow = 300;
  /** JupyterLab waits up to a second before it connects again (contract §3.8). */
  readonly reconnectWindow = 1_500;
  kernelId = '';
  readonly #site: CrashSite;
  readonly #plan: RoundPlan;
  readonly #browsers: TabBrowser;
  #link: NetworkLink | null = null;
  #page: Page | null = null;
  #processes: { tab: number[]; browser: number } | null = null;

  constructor(site: CrashSite, plan: RoundPlan, browsers: TabBrowser) {
    this.#site = site;
    this.#plan = plan;
    this.#browsers = browsers;
  }

  async open(): Promise<void> {
    const { server } = this.#site;
    const path = notebookName(this.#plan.number);
    const content = crashNotebook(this.#plan);
    const body = { type: 'notebook', format: 'json', content };
    await sendOk(server, { method: 'PUT', path: `/api/contents/${path}`, body });
    this.#link = await NetworkLink.to(server.origin);
    const page = await this.#show();
    const notebook = new NotebookWidget(page);
    // The notebook's own indicator says so of a kernel that is not connected yet, too; a cell would not be run then.
    await page.locator('#jp-main-statusbar').getByText('| Idle').waitFor();
    await notebook.cell(0).locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    await notebook.done(0);
    const sessions = await sendOk(server, { path: '/api/sessions' });
    const session = sessions
      .json<{ path: string; kernel: { id: string } }[]>()
      .find((each) => each.path === path);
    if (session === undefined) throw new Error(`JupyterLab has no session for ${path}.`);
    this.kernelId = session.kernel.id;
    this.#processes = await this.#findProcesses();
  }

  async run(): Promise<void> {
    await this.#shownPage().keyboard.press('Shift+Enter');
  }

  async save(): Promise<void> {
    await this.#shownPage().keyboard.press('ControlOrMeta+s');
  }

  breakConnection(): void {
    this.#link?.cut();
  }

  reconnect(): void {
    this.#link?.mend();
  }

  /** What a tab waits for, only the tab knows. */
  readonly isWaiting = false;

  /** All processes that show pages: there is one page, and Chromium may keep an empty process for the next. */
  async killTab(): Promise<void> {
    const page = this.#shownPage();
    const crashed = new Promise((resolve) => page.once('crash', resolve));
    for (const pid of this.#processes?.tab ?? []) killIfThere(pid);
    await crashed;
    // What a crashed tab is good for.
    await page.context().close();
  }

  async killBrowser(): Promise<void> {
    const browser = await this.#browsers.get();
    const gone = new Promise((resolve) => browser.once('disconnected', resolve));
    process.kill((this.#processes as { browser: number }).browser, 'SIGKILL');
    await gone;
  }

  /** Nobody has the notebook open: it is opened again when the kernel is done. */
  recover(): Promise<void> {
    this.#link?.mend();
    this.#page = null;
    return Promise.resolve();
  }

  async check({ lines, executionCount }: Expected): Promise<string[]> {
    const faults: string[] = [];
    const { number } = this.#plan;
    const page = await this.#show();
    const notebook = new NotebookWidget(page);
    const cell = notebook.cell(1);
    await cell.waitFor({ timeout: PATIENCE });
    const shown = async (): Promise<number[]> =>
      linesIn((await notebook.output(1).allInnerTexts()).join('\n'), number);
    const first = await shown();
    if (JSON.stringify(first) !== JSON.stringify(lines))
      faults.push(`a new tab shows ${describe(first)}, and not ${describe(lines)}`);
    const prompt = await cell.locator('.jp-InputPrompt').first().innerText();
    if (executionCount !== null && !prompt.includes(`[${executionCount}]`))
      faults.push(`a new tab shows ${prompt}, and not [${executionCount}]`);
    // A save of what is shown changes the file, asks nothing, and loses nothing.
    await notebook.idle();
    await notebook.type(2, `${versionText(0)} typed`);
    await page.keyboard.press('ControlOrMeta+s');
    const file = (): string => readFileSync(this.#site.inRoot(notebookName(number)), 'utf8');
    await waitUntil(() => file().includes(' typed'), 15_000, 'save').catch(() =>
      faults.push('a new tab cannot save'),
    );
    const dialogs = await page.locator('.jp-Dialog').allInnerTexts();
    if (dialogs.length > 0) faults.push(`JupyterLab asks: ${dialogs.join(' ').slice(0, 300)}`);
    const outputs = (
      JSON.parse(file()) as { cells: { id: string; outputs?: NotebookOutput[] }[] }
    ).cells.find(({ id }) => id === NUMBERED)?.outputs;
    const saved = linesOfOutputs(outputs ?? [], number);
    if (JSON.stringify(saved) !== JSON.stringify(lines))
      faults.push(`once a new tab has saved, the file has ${describe(saved)}, and not ${describe(lines)}`);
    return faults;
  }

  async close(): Promise<void> {
    await this.#page?.context().close();
    await this.#link?.close();
  }

  #shownPage(): Page {
    if (this.#page === null) throw new Error('There is no tab.');
    return this.#page;
  }

  /** In a workspace of its own, so that nothing of another round is opened with it. */
  async #show(): Promise<Page> {
    const { number } = this.#plan;
    const browser = await this.#browsers.get();
    const context = await browser.newContext({ viewport: { width: 1280, height: 2_000 } });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    this.#page = page;
    const { origin } = this.#link as NetworkLink;
    const name = notebookName(number);
    await page.goto(`${origin}/lab/workspaces/${Date.now()}/tree/${name}?token=${this.#site.server.token}`);
    await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    await page.locator('.jp-NotebookPanel:visible').waitFor();
    return page;
  }

  async #findProcesses(): Promise<{ tab: number[]; browser: number }> {
    const session = await (await this.#browsers.get()).newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    const ofType = (wanted: string) => processInfo.filter(({ type }) => type === wanted).map(({ id }) => id);
    return { tab: ofType('renderer'), browser: ofType('browser')[0] as number };
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // A process kept for the next page may be gone by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
