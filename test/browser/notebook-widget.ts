import type { Locator, Page } from 'playwright-core';

/** The notebook that is shown on a page of JupyterLab or Notebook 7, operated as a person does. */
export class NotebookWidget {
  constructor(
    readonly page: Page,
    readonly root: Locator = page.locator('.jp-NotebookPanel:visible'),
  ) {}

  cell(index: number): Locator {
    // A freshly opened notebook also holds an invisible cell, which is none of the document's.
    return this.root.locator('.jp-Notebook-cell:visible').nth(index);
  }

  /** What a cell shows below itself. */
  output(index: number): Locator {
    return this.cell(index).locator('.jp-OutputArea-output');
  }

  toolbarButton(command: string): Locator {
    return this.root.locator(`.jp-NotebookPanel-toolbar [data-command="${command}"]`).first();
  }

  /**
   * There is a kernel, this page is connected to it, and its indicator says idle.
   * @param path how that of its notebook ends, where the server has other notebooks with kernels
   */
  async idle(path = ''): Promise<void> {
    await this.#connected(path);
    await this.root
      .locator('.jp-KernelName')
      .filter({ hasNotText: 'No Kernel' })
      .first()
      .waitFor({ state: 'attached' });
    await this.root
      .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
      .first()
      .waitFor({ timeout: 30_000 });
  }

  /** The indicator says idle too before there is a session, and a cell that is run then is not run. */
  async #connected(ending: string): Promise<void> {
    const base = this.page.url().replace(/\/(lab|notebooks|tree|consoles)\b.*$/, '');
    // JupyterLab waits for up to 15 s and more between two tries.
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await this.page.request.get(`${base}/api/sessions`);
      const sessions = (await answer.json()) as {
        path: string;
        kernel: { connections: number };
      }[];
      if (sessions.some(({ path, kernel }) => path.endsWith(ending) && kernel.connections > 0)) return;
      if (Date.now() > deadline)
        throw new Error(`No page is connected to a kernel after a minute: ${JSON.stringify(sessions)}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** Types into a cell; replaces what was there. */
  async type(index: number, code: string): Promise<void> {
    const editor = this.cell(index).locator('.cm-content');
    await this.cell(index).scrollIntoViewIfNeeded();
    await editor.click();
    await this.page.keyboard.press('ControlOrMeta+A');
    // As one insertion: the editor would indent and close brackets itself while somebody types.
    await this.page.keyboard.insertText(code);
  }

  /** Types and runs with Shift+Enter, which goes on to the next cell or makes one. */
  async run(index: number, code: string): Promise<void> {
    await this.type(index, code);
    await this.page.keyboard.press('Shift+Enter');
  }

  /** Runs and waits until the cell shows the text. */
  async runToShow(index: number, code: string, text: string): Promise<void> {
    await this.run(index, code);
    await this.output(index).getByText(text).first().waitFor({ timeout: 30_000 });
  }

  /** Runs a cell that was not run before, and waits until its prompt has a number. */
  async runToEnd(index: number, code: string): Promise<void> {
    await this.run(index, code);
    await this.done(index);
  }

  async done(index: number): Promise<void> {
    await this.cell(index)
      .locator('.jp-InputPrompt')
      .filter({ hasText: /\[\d+\]/ })
      .waitFor({ timeout: 30_000 });
  }
}
