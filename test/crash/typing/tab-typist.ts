import type { BrowserContext, Page } from 'playwright-core';
import { launchChromiumOn } from '../../browser/chromium.ts';
import type { NetworkLink } from '../../browser/network-link.ts';
import type { Typist } from './typist.ts';
import { letterAt } from './typist.ts';

const PATIENCE = 60_000;
type Chromium = Awaited<ReturnType<typeof launchChromiumOn>>;

/** One at JupyterLab in a browser whose profile outlives it. Types into the first line of the first cell. */
export class TabTypist implements Typist {
  typed = '';
  readonly #profile: string;
  readonly #link: NetworkLink;
  readonly #path: string;
  #chromium: Chromium | null = null;
  #page: Page | null = null;
  #typing: Promise<void> | null = null;
  #isStopped = false;

  constructor(profile: string, link: NetworkLink, path: string) {
    this.#profile = profile;
    this.#link = link;
    this.#path = path;
  }

  /** Opens the notebook, in a new browser where the last one was killed. */
  async open(token: string): Promise<void> {
    this.#chromium ??= await launchChromiumOn(this.#profile);
    const { context }: { context: BrowserContext } = this.#chromium;
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    this.#page = page;
    await page.setViewportSize({ width: 1280, height: 800 });
    const workspace = `typing-${Date.now()}`;
    await page.goto(`${this.#link.origin}/lab/workspaces/${workspace}/tree/${this.#path}?token=${token}`);
    await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    await this.#cell(page).waitFor();
    await this.settled();
  }

  /** All that it has is the server's, and the other way round. */
  async settled(): Promise<void> {
    const state = this.#shown().getByRole('status').locator('button.jp-StatusBar-TextItem');
    await state.filter({ hasText: /^(Saved|Saving…)$/ }).waitFor();
  }

  begin(): void {
    this.#isStopped = false;
    this.#typing = this.#type(this.#shown()).catch(() => {
      // Its page was killed under it.
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#typing;
  }

  async lines(): Promise<readonly string[]> {
    return this.#shown()
      .locator('.jp-NotebookPanel:visible .jp-Notebook-cell:visible .cm-line')
      .evaluateAll((all) =>
        all.map((line) => {
          const copy = line.cloneNode(true) as Element;
          // Somebody's cursor, with their name.
          copy
            .querySelectorAll('[contenteditable="false"], [class*="ursor"]')
            .forEach((mark) => mark.remove());
          return copy.textContent ?? '';
        }),
      );
  }

  cutOff(): void {
    this.#link.cut();
  }

  reconnect(): void {
    this.#link.mend();
  }

  /** Each process that shows pages: there is one page, and Chromium may keep an empty process for the next. */
  async killTab(): Promise<void> {
    const { browser } = this.#running();
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    const crashed = new Promise((resolve) => this.#shown().once('crash', resolve));
    for (const { type, id } of processInfo) if (type === 'renderer') killIfThere(id);
    await crashed;
  }

  async killBrowser(): Promise<void> {
    const chromium = this.#running();
    this.#chromium = null;
    await chromium.kill();
  }

  async close(): Promise<void> {
    await this.#chromium?.kill();
    await this.#link.close();
  }

  async #type(page: Page): Promise<void> {
    await this.#cell(page).locator('.cm-content').click();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.press('End');
    while (!this.#isStopped) {
      const letter = letterAt(this.typed.length);
      this.typed += letter;
      await page.keyboard.type(letter);
    }
  }

  #cell(page: Page) {
    return page.locator('.jp-NotebookPanel:visible .jp-Notebook-cell:visible').first();
  }

  #shown(): Page {
    if (this.#page === null) throw new Error('There is no tab.');
    return this.#page;
  }

  #running(): Chromium {
    if (this.#chromium === null) throw new Error('There is no browser.');
    return this.#chromium;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
