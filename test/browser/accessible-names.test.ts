import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { contrast } from './contrast.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const code = (id: string, source: string) => ({
  ...{ id, cell_type: 'code', source, metadata: {}, outputs: [], execution_count: null },
});
const NOTEBOOK = {
  cells: [code('asks', 'name = input("")'), code('after', '1')],
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
};

/** What a screen reader would call nothing (WCAG 2.2 §4.1.2), of all that we add to a page. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const ours = '[class*="itl-"], [class*="InTheLoop"]';
    const named = 'button, a[href], input:not([type="hidden"]), select, textarea, img, [role="dialog"]';
    const nameOf = (element: Element): string => {
      const { labels } = element as HTMLInputElement;
      const by = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter((id) => id !== '');
      const texts = [
        element.getAttribute('aria-label'),
        ...by.map((id) => document.getElementById(id)?.textContent),
        ...Array.from(labels ?? [], (label) => label.textContent),
        element.getAttribute('alt'),
        element.getAttribute('title'),
        element.matches('button, a') ? element.textContent : '',
      ];
      return texts.join('').trim();
    };
    return Array.from(document.querySelectorAll(ours))
      .flatMap((root) => [root, ...Array.from(root.querySelectorAll(named))])
      .filter((element) => element.matches(named) && element.closest('.cm-editor') === null)
      .filter((element) => nameOf(element) === '')
      .map((element) => element.outerHTML.slice(0, 200));
  });
}

describe('what we add to JupyterLab', () => {
  let server: JupyterServerProcess;
  let browser: Browser;
  let page: Page;
  let notebook: NotebookWidget;

  beforeAll(async () => {
    server = await startOurServer();
    writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(NOTEBOOK));
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(20_000);
    await page.goto(`${server.origin}/lab/tree/a.ipynb?token=${server.token}`);
    notebook = new NotebookWidget(page);
    await new LabPage(page).shown();
    await notebook.idle();
  }, 90_000);
  afterEach(({ task }) => shoot(page, `names-${task.name}`));
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('has a name where a cell asks without words', async () => {
    await notebook.cell(0).locator('.cm-content').click();
    await page.keyboard.press('Shift+Enter');
    const input = page.getByRole('textbox', { name: 'Answer to the running cell' });
    await input.waitFor();
    expect(await nameless(page)).toEqual([]);
    await input.fill('me');
    await input.press('Enter');
    await notebook.done(0);
  }, 60_000);

  test('has names in the list of people and in the history', async () => {
    await page.locator('.lm-TabBar-tab[data-id="in-the-loop-people"]').click();
    await page.locator('.itl-Person').first().waitFor();
    // What was never saved has no history.
    await page.locator('.jp-InTheLoop-syncState', { hasText: 'Saved' }).waitFor();
    await page.locator('[data-jp-item-name="in-the-loop-history"]:visible').click();
    // Its first version comes with its first save, a moment after the run.
    const entries = async (): Promise<number> => {
      await page.getByRole('button', { name: 'Refresh' }).click();
      return page.locator('.jp-InTheLoop-historyEntry').count();
    };
    await expect.poll(entries, { timeout: 20_000, interval: 500 }).toBeGreaterThan(0);
    expect(await nameless(page)).toEqual([]);
    // The list is drawn anew where there is another version.
    const changes = page.locator('.jp-InTheLoop-historyChanges').first();
    await expect.poll(() => contrast(changes)).toBeGreaterThanOrEqual(4.5);
  }, 60_000);

  test('has names in the assistant, and can be read there', async () => {
    await page.locator('.lm-TabBar-tab[data-id="in-the-loop-assistant"]').click();
    const assistant = page.getByRole('region', { name: 'Assistant', exact: true });
    await assistant.getByRole('combobox', { name: 'Your question' }).waitFor();
    for (const view of ['Settings', 'Conversations', 'New']) {
      await assistant.getByText(view, { exact: true }).click();
      expect(await nameless(page)).toEqual([]);
      expect(await contrast(assistant.getByText(view, { exact: true }))).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('has names in the list of runtimes and the forms for places, and can be read there', async () => {
    await page.locator('.lm-TabBar-tab[data-id="in-the-loop-runtimes"]').click();
    const runtimes = page.getByRole('region', { name: 'Runtimes', exact: true });
    const kernel = runtimes.getByRole('listitem', { name: 'Python 3 (ipykernel) of a.ipynb' });
    await kernel.getByText('Log', { exact: true }).click();
    await runtimes.getByText('Start a kernel').first().click();
    expect(await nameless(page)).toEqual([]);
    for (const text of ['Interrupt', 'idle', 'Start a kernel'])
      expect(await contrast(runtimes.getByText(text, { exact: true }).first())).toBeGreaterThanOrEqual(4.5);
    await runtimes.getByRole('button', { name: 'Add place…' }).click();
    const kinds = runtimes.getByLabel('Kind', { exact: true });
    for (const kind of await kinds.locator('option').all()) {
      await kinds.selectOption(await kind.getAttribute('value'));
      expect(await nameless(page)).toEqual([]);
    }
    await runtimes.getByRole('button', { name: 'Cancel' }).click();
  });

  test('has names where it says where the work is', async () => {
    await page.getByRole('status').locator('button.jp-StatusBar-TextItem').click();
    await page.getByRole('dialog', { name: 'Where your work is' }).waitFor();
    expect(await nameless(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });
});
