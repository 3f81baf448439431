import type { BrowserContext, Page } from 'playwright-core';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';

export const LIMIT = 20_000;

type Address = Pick<JupyterServerProcess, 'origin' | 'token'>;

/** Somebody with a notebook open in JupyterLab with jupyter-collaboration's client. */
export class StockPerson {
  readonly page: Page;
  readonly notebook: NotebookWidget;

  constructor(page: Page) {
    this.page = page;
    this.notebook = new NotebookWidget(page);
  }

  static async open(context: BrowserContext, server: Address, name: string): Promise<StockPerson> {
    const person = await StockPerson.arrive(context, server, name);
    await person.notebook.idle(name);
    // Its kernel is there before its content.
    await person.notebook.cell(0).locator('.cm-content').waitFor();
    return person;
  }

  /** Whose toolbar may have no room for the kernel. */
  static async arrive(context: BrowserContext, server: Address, name: string): Promise<StockPerson> {
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT);
    // JupyterLab's own, about the server; nobody is to wait for it.
    const lost = page.locator('.jp-Dialog', { hasText: 'Server Connection Error' });
    await page.addLocatorHandler(lost, () => lost.locator('.jp-mod-accept').first().click());
    await page.goto(`${server.origin}/lab/tree/${name}?token=${server.token}&reset`);
    await new LabPage(page).shown();
    return new StockPerson(page);
  }

  text(cell: number): Promise<string> {
    return this.notebook.cell(cell).locator('.cm-content').innerText();
  }

  async typeAtEnd(cell: number, text: string): Promise<void> {
    await this.notebook.cell(cell).locator('.cm-content').click();
    await this.page.keyboard.press('ControlOrMeta+End');
    // Without the editor's own brackets and indents.
    if (text.includes('\n')) await this.page.keyboard.insertText(text);
    else await this.page.keyboard.type(text);
  }

  /** Resolves once JupyterLab has saved, which ends in a checkpoint. */
  async save(): Promise<void> {
    const saved = this.page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().includes('/checkpoints'),
    );
    await this.page.keyboard.press('ControlOrMeta+s');
    await saved;
  }
}
