import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import { codeCell, notebookOf } from '../servers/stock-page.ts';
import { startOurServer } from '../servers/our-server.ts';
import { WITH_STOCK_CLIENT } from '../servers/stock-client.ts';
import { launchChromium } from './chromium.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const PAGES = 2;

/** JupyterLab makes a session under a stand-in for the path, and names it then: nobody's is named before all are made. */
async function nameAfterAllAreMade(context: BrowserContext): Promise<void> {
  let made = 0;
  const { promise: allAreMade, resolve } = Promise.withResolvers<void>();
  await context.route(/\/api\/sessions(\/|\?|$)/, async (route) => {
    const method = route.request().method();
    if (method === 'PATCH') await allAreMade;
    if (method !== 'POST') return route.continue();
    const response = await route.fetch();
    made += 1;
    if (made === PAGES) resolve();
    await route.fulfill({ response });
  });
}

test.each(['on', 'stock'])(
  'two pages that open a notebook at the same moment have one kernel (--collaboration %s)',
  async (who) => {
    const args = ['--collaboration', who];
    const server = await startOurServer({ args, environment: WITH_STOCK_CLIENT });
    const browser = await launchChromium();
    try {
      const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
      const cells = [codeCell('one', ''), codeCell('two', '')];
      const notebook = { ...notebookOf(...cells), metadata: { kernelspec } };
      writeFileSync(join(server.folders.root, 'n.ipynb'), JSON.stringify(notebook));
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(20_000);
      await nameAfterAllAreMade(context);
      const pages = await Promise.all(Array.from({ length: PAGES }, () => context.newPage()));
      const address = `${server.origin}/lab/tree/n.ipynb?token=${server.token}&reset`;
      await Promise.all(pages.map((page) => page.goto(address)));
      const [ada, ben] = pages.map((page) => new NotebookWidget(page)) as [NotebookWidget, NotebookWidget];
      await Promise.all([ada.idle(), ben.idle()]);
      await ada.runToShow(0, 'x = 41\nprint("set", x)', 'set 41');
      await ben.output(0).getByText('set 41').waitFor();
      await ben.runToShow(1, 'print("x is", x + 1)', 'x is 42');
      await ada.output(1).getByText('x is 42').waitFor();
      const kernels = (await sendOk(server, { path: '/api/kernels' })).json<{ connections: number }[]>();
      expect(kernels.map(({ connections }) => connections)).toEqual([PAGES]);
      for (const page of pages) expect(await page.locator('.jp-Dialog').count()).toBe(0);
      await Promise.all(pages.map((page, index) => shoot(page, `opened-at-once-${who}-${index}`)));
    } finally {
      await browser.close();
      await server.close();
    }
  },
  60_000,
);
