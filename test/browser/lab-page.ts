import type { Locator, Page } from 'playwright-core';

/** JupyterLab's own parts around the documents, operated as a person does. */
export class LabPage {
  constructor(readonly page: Page) {}

  /** The page has put up what it shows first, and takes input. */
  async shown(): Promise<void> {
    await this.page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
    await this.page.locator('#jp-main-dock-panel').waitFor();
  }

  file(name: string): Locator {
    return this.page.locator('.jp-DirListing-item', { hasText: name });
  }

  tab(label: string): Locator {
    return this.page.locator('#jp-main-dock-panel .lm-TabBar-tab', { hasText: label });
  }

  /** Menu by menu, to the entry by its whole label: `choose('Settings', 'Theme', 'JupyterLab Dark')`. */
  async choose(...labels: string[]): Promise<void> {
    const [menu, ...entries] = labels as [string, ...string[]];
    await this.page.locator('.lm-MenuBar-item', { hasText: menu }).click();
    const last = entries.pop() as string;
    for (const label of entries) await this.page.locator('.lm-Menu-item', { hasText: label }).first().hover();
    await this.page.getByRole('menuitem', { name: last, exact: true }).click();
  }

  /** Right-click on a file, then an entry of the menu. */
  async fromContextMenu(of: Locator, command: string): Promise<void> {
    await of.click({ button: 'right' });
    await this.page.locator(`.lm-Menu-item[data-command="${command}"]`).first().click();
  }

  async acceptDialog(): Promise<void> {
    await this.page.locator('.jp-Dialog .jp-mod-accept').click();
  }
}
