import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { LabPage } from './lab-page.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const LIMIT = 90_000;

describe('runs that every tab sees', () => {
  let server: JupyterServerProcess;
  let browser: Browser;
  const pages: Page[] = [];

  const makeNotebook = (name: string, ...sources: string[]): void => {
    const cells = sources.map((source, place) => ({
      ...{ id: `cell-${place}`, cell_type: 'code', execution_count: null, metadata: {}, outputs: [] },
      source,
    }));
    const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
    const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(join(server.folders.root, name), JSON.stringify(notebook));
  };
  /** Another person's browser each time. */
  const open = async (name: string): Promise<NotebookWidget> => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    pages.push(page);
    await page.goto(`${server.origin}/lab/tree/${name}?token=${server.token}&reset`);
    await new LabPage(page).shown();
    const notebook = new NotebookWidget(page);
    await notebook.cell(0).waitFor();
    return notebook;
  };
  /** Without waiting for a kernel: what is run before there is one is queued. */
  const run = async (notebook: NotebookWidget, index: number): Promise<void> => {
    await notebook.cell(index).locator('.cm-content').click();
    await notebook.page.keyboard.press('Control+Enter');
  };
  const prompt = (notebook: NotebookWidget, index: number) => notebook.cell(index).locator('.jp-InputPrompt');

  beforeAll(async () => {
    server = await startOurServer({ args: ['--collaboration', 'on'] });
    browser = await launchChromium();
  });
  afterEach(async ({ task }) => {
    for (const [place, page] of pages.splice(0).entries()) {
      await shoot(page, `shared-runs-${task.name}-${place}`);
      await page.context().close();
    }
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test(
    'I1, I2: what runs in one is seen in the other, and in one that is opened in the middle of it',
    async () => {
      makeNotebook(
        'run.ipynb',
        'import os, time\nprint("begun", flush=True)\nwhile not os.path.exists("go"):\n    time.sleep(0.1)\nprint("ended")',
        'name = input("Who? ")\nprint("hello", name)',
      );
      const first = await open('run.ipynb');
      const second = await open('run.ipynb');
      await run(first, 0);
      await run(first, 1);
      await second.output(0).getByText('begun').waitFor();
      await first.page.goto('about:blank');
      const third = await open('run.ipynb');
      await third.output(0).getByText('begun').waitFor();
      expect(await prompt(third, 0).innerText()).toBe('[*]:');
      expect(await third.cell(1).getByText('Waiting for its turn').count()).toBe(1);
      await third
        .cell(0)
        .getByText(/^Running for/)
        .waitFor();
      writeFileSync(join(server.folders.root, 'go'), '');
      await third.cell(0).getByText(/^Took/).waitFor();
      for (const notebook of [second, third])
        expect((await notebook.output(0).allInnerTexts()).join('').trim()).toBe('begun\nended');
      // The page that asked is gone; the question is in all that are there, and the first answer counts.
      await second.cell(1).locator('.jp-Stdin-input').waitFor();
      await third.cell(1).locator('.jp-Stdin-input').fill('Ada');
      await third.page.keyboard.press('Enter');
      for (const notebook of [second, third]) {
        await notebook.output(1).getByText('hello Ada').waitFor();
        expect(await notebook.cell(1).locator('.jp-Stdin-input').count()).toBe(0);
      }
    },
    LIMIT,
  );

  test(
    'an error stops what waits behind it, and restart-and-run-all runs all anew, for everybody',
    async () => {
      makeNotebook('error.ipynb', 'x = globals().get("x", 0) + 1\nprint("x is", x)', '1/0', 'print("never")');
      const first = await open('error.ipynb');
      const second = await open('error.ipynb');
      await new LabPage(first.page).choose('Run', 'Run All Cells');
      await second.output(1).getByText('ZeroDivisionError').first().waitFor();
      await expect.poll(() => prompt(second, 2).innerText()).toBe('[ ]:');
      await run(first, 0);
      await second.output(0).getByText('x is 2').waitFor();
      await new LabPage(first.page).choose('Kernel', 'Restart Kernel and Run All Cells…');
      await first.page.locator('.jp-Dialog .jp-mod-accept').click();
      await second.output(0).getByText('x is 1').waitFor();
      await expect.poll(() => prompt(second, 1).innerText()).toBe('[2]:');
      for (const notebook of [first, second]) {
        await expect.poll(() => prompt(notebook, 2).innerText()).toBe('[ ]:');
        expect(await notebook.output(2).count()).toBe(0);
      }
    },
    LIMIT,
  );

  test(
    'I9: a slider is in a tab that was opened later, and moves in all',
    async () => {
      makeNotebook(
        'slider.ipynb',
        'import ipywidgets\nipywidgets.interact(lambda n: print("n is", n), n=(0, 10));',
      );
      const first = await open('slider.ipynb');
      await run(first, 0);
      await first.cell(0).getByText('n is 5').first().waitFor();
      const late = await open('slider.ipynb');
      await late.cell(0).getByText('n is 5').first().waitFor();
      await late.cell(0).locator('.noUi-handle').focus();
      await late.page.keyboard.press('ArrowRight');
      for (const notebook of [first, late]) await notebook.cell(0).getByText('n is 6').first().waitFor();
    },
    LIMIT,
  );

  test(
    'I6: a cell of an earlier version is restored in the tabs of all',
    async () => {
      makeNotebook('history.ipynb', 'first = "text"', 'kept = 1');
      const first = await open('history.ipynb');
      const second = await open('history.ipynb');
      await first.type(0, 'overwritten = True');
      await second.cell(0).getByText('overwritten').waitFor();
      await first.page.keyboard.press('ControlOrMeta+s');
      await first.root
        .locator('[data-jp-item-name="in-the-loop-history"] :is(button, jp-button)')
        .first()
        .click();
      const history = first.page.locator('.jp-InTheLoop-history');
      // What was there before anything was saved here was another program's.
      await history.getByRole('button', { name: /Another program/ }).click();
      await history.getByRole('button', { name: 'Compare with now' }).click();
      await history
        .getByRole('region', { name: /^Changed/ })
        .getByRole('button', { name: 'Restore cell' })
        .click();
      await second.cell(0).getByText('first = "text"').waitFor();
      await history.getByText('is restored').waitFor();
      expect(await second.cell(1).locator('.cm-content').innerText()).toBe('kept = 1');
    },
    LIMIT,
  );
});
