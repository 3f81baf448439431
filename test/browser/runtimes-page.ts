import type { Locator, Page } from 'playwright-core';

/** The list of places and kernels in JupyterLab, and what it opens, operated as a person does. */
export class RuntimesPage {
  constructor(readonly page: Page) {}

  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Runtimes', exact: true });
  }

  async open(): Promise<void> {
    await this.page.locator('.lm-TabBar-tab[data-id="in-the-loop-runtimes"]').click();
    await this.place('This machine').waitFor();
  }

  /** A place with its kernels. */
  place(title: string): Locator {
    return this.panel.getByRole('region', { name: title, exact: true });
  }

  /** @param what its kernelspec, `of` and its notebook, if it has one */
  kernel(what: string | RegExp): Locator {
    return this.panel.getByRole('listitem', { name: what });
  }

  async press(name: string): Promise<void> {
    await this.panel.getByRole('button', { name, exact: true }).click();
  }

  async acceptDialog(title: string): Promise<void> {
    await this.page.getByRole('dialog', { name: title }).locator('.jp-mod-accept').last().click();
  }

  /** Begins the form for a new place. */
  async describe(kind: string, title: string, fields: Readonly<Record<string, string>>): Promise<Locator> {
    await this.press('Add place…');
    const form = this.panel.getByRole('form', { name: 'Add a place' });
    await form.getByLabel('Kind', { exact: true }).selectOption({ label: kind });
    await form.getByLabel('Name', { exact: true }).fill(title);
    const more = form.locator('details > summary');
    if ((await more.count()) > 0) await more.click();
    for (const [name, value] of Object.entries(fields))
      await form.getByLabel(name, { exact: true }).fill(value);
    return form;
  }

  /** The kernels that the dialog of the notebook in front offers, by their groups. */
  async offered(): Promise<Readonly<Record<string, readonly string[]>>> {
    const groups = await this.picker.locator('optgroup').evaluateAll((all) =>
      all.map((group) => {
        const { label, children } = group as HTMLOptGroupElement;
        return [label, Array.from(children, (option) => (option as HTMLOptionElement).text)] as const;
      }),
    );
    return Object.fromEntries(groups);
  }

  get picker(): Locator {
    return this.page.getByRole('dialog', { name: 'Select Kernel' });
  }

  async openPicker(): Promise<void> {
    await this.page.locator('.jp-NotebookPanel:visible .jp-KernelName:visible').click();
    await this.picker.waitFor();
  }

  /** In the dialog: the first kernel whose full name begins so. */
  async choose(kernelspec: string): Promise<void> {
    const options = this.picker.locator(`option[value^='{"name":"${kernelspec}']`);
    await this.picker.locator('select').selectOption(await options.first().getAttribute('value'));
  }

  async select(): Promise<void> {
    await this.picker.getByRole('button', { name: 'Select Kernel' }).click();
    await this.picker.waitFor({ state: 'detached' });
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
}
