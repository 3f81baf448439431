import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { sendOk } from '../servers/http.ts';
import { startOurStockCollaboration } from '../servers/stock-collaboration-server.ts';
import { codeCell, notebookOf, readNotebookFile, sourceOf } from '../servers/stock-page.ts';
import { launchChromium } from './chromium.ts';
import { NetworkLink } from './network-link.ts';
import { shoot } from './shots.ts';
import { LIMIT, StockPerson } from './stock-person.ts';

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

describe(
  "tabs, networks and screens of jupyter-collaboration's client on our server",
  { timeout: 60_000 },
  () => {
    let server: JupyterServerProcess;
    let browser: Browser;
    const links: NetworkLink[] = [];

    function write(name: string, ...sources: string[]): void {
      const cells = sources.map((source, place) => codeCell(`cell-${place}`, source));
      const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
      const notebook = { ...notebookOf(...cells), metadata: { kernelspec } };
      writeFileSync(join(server.folders.root, name), JSON.stringify(notebook));
    }
    const onDisk = (name: string): string[] => readNotebookFile(server, name).cells.map(sourceOf);
    /** Each over a network of its own. */
    async function openOverLink(name: string): Promise<{ tab: StockPerson; link: NetworkLink }> {
      const link = await NetworkLink.to(server.origin);
      links.push(link);
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const { token } = server;
      return { tab: await StockPerson.open(context, { origin: link.origin, token }, name), link };
    }

    beforeAll(async () => {
      server = await startOurStockCollaboration();
      browser = await launchChromium();
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await Promise.all(links.map((link) => link.close()));
      await server?.close();
    });

    test('two that type without a network come together when it is back', async () => {
      write('offline.ipynb', 'one', 'two');
      const ada = await openOverLink('offline.ipynb');
      const ben = await openOverLink('offline.ipynb');
      for (const { link } of [ada, ben]) link.cut();
      await ada.tab.typeAtEnd(0, ' ada');
      await ben.tab.typeAtEnd(0, ' ben');
      await ben.tab.typeAtEnd(1, ' ben');
      for (const { link } of [ada, ben]) link.mend();
      const both = /^one( ada ben| ben ada)$/;
      await expect.poll(() => ada.tab.text(0), { timeout: LIMIT }).toMatch(both);
      const text = await ada.tab.text(0);
      for (const { tab } of [ada, ben]) {
        await expect.poll(() => tab.text(0), { timeout: LIMIT }).toBe(text);
        await expect.poll(() => tab.text(1), { timeout: LIMIT }).toBe('two ben');
      }
      await expect.poll(() => onDisk('offline.ipynb'), { timeout: LIMIT }).toEqual([text, 'two ben']);
    });

    test('two tabs of one person are one notebook, also where one is closed', async () => {
      write('tabs.ipynb', 'one', 'print("run")');
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const first = await StockPerson.open(context, server, 'tabs.ipynb');
      const second = await StockPerson.open(context, server, 'tabs.ipynb');
      await first.typeAtEnd(0, ' first');
      await expect.poll(() => second.text(0), { timeout: LIMIT }).toBe('one first');
      await second.typeAtEnd(1, '\nimport time; time.sleep(2)\nprint("and on")');
      await second.page.keyboard.press('Shift+Enter');
      await first.notebook.output(1).getByText('run').first().waitFor();
      await second.page.close();
      await first.notebook.output(1).getByText('and on').waitFor();
      await first.typeAtEnd(0, ' again');
      await expect.poll(() => onDisk('tabs.ipynb')[0], { timeout: LIMIT }).toBe('one first again');
    });

    test('I9: a widget works where it was run, and in a tab that is opened later', async () => {
      write('widget.ipynb', 'import ipywidgets\nipywidgets.IntSlider(5)');
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const first = await StockPerson.open(context, server, 'widget.ipynb');
      await first.notebook.cell(0).locator('.cm-content').click();
      await first.page.keyboard.press('Control+Enter');
      const readout = ({ notebook }: StockPerson) => notebook.cell(0).locator('.widget-readout');
      await readout(first).waitFor();
      const late = await StockPerson.open(context, server, 'widget.ipynb');
      await readout(late).waitFor();
      await late.notebook.cell(0).locator('.noUi-handle').focus();
      await late.page.keyboard.press('ArrowRight');
      await shoot(late.page, 'stock-tabs-widget');
      for (const person of [late, first])
        await expect.poll(() => readout(person).innerText(), { timeout: LIMIT }).toBe('6');
    });

    test('on a phone a cell is edited, run and read, and the page does not move sideways', async () => {
      write('phone.ipynb', 'print(6 *');
      const phone = await StockPerson.arrive(await browser.newContext(PHONE), server, 'phone.ipynb');
      await phone.notebook.cell(0).waitFor();
      const connected = async (): Promise<boolean> =>
        (await sendOk(server, { path: '/api/sessions' }))
          .json<{ path: string; kernel: { connections: number } }[]>()
          .some(({ path, kernel }) => path === 'phone.ipynb' && kernel.connections > 0);
      await expect.poll(connected, { timeout: LIMIT }).toBe(true);
      await phone.typeAtEnd(0, ' 7)');
      await phone.page.keyboard.press('Control+Enter');
      await phone.notebook.output(0).getByText('42').waitFor();
      await shoot(phone.page, 'stock-tabs-phone');
      const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(390);
      await expect.poll(() => onDisk('phone.ipynb'), { timeout: LIMIT }).toEqual(['print(6 * 7)']);
    });
  },
);
