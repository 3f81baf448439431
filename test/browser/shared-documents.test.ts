import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromium } from './chromium.ts';
import { Complaints } from './complaints.ts';
import { LabPage } from './lab-page.ts';
import { NetworkLink } from './network-link.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const cell = (id: string, source: string) => ({
  ...{ cell_type: 'code', id, source, metadata: {} },
  ...{ outputs: [], execution_count: null },
});
const VIEW_TOKEN = 'a-token-for-those-who-look';
const options = { args: ['--collaboration', 'on', '--view-token', VIEW_TOKEN] };
const NOTEBOOK = {
  cells: [cell('first', 'x = 41'), cell('second', ''), cell('third', '')],
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
};

/** Of one person, in one context; of two people, in two. Both reach the server over networks of their own. */
describe('a shared notebook', () => {
  const heard = new Complaints();
  let server: JupyterServerProcess;
  let browser: Browser;
  let links: NetworkLink[];
  let contexts: BrowserContext[];
  let pages: Page[];
  let ada: NotebookWidget;
  let ben: NotebookWidget;

  const onDisk = (path: string): string => {
    const file = join(server.folders.root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const sourceOf = ({ page }: NotebookWidget, index: number): Promise<string> =>
    page
      .locator('.jp-NotebookPanel:visible .jp-Notebook-cell:visible .cm-content')
      .nth(index)
      .evaluate((element) =>
        Array.from(element.querySelectorAll('.cm-line'))
          .map((line) => {
            const copy = line.cloneNode(true) as Element;
            // Somebody's cursor, with their name.
            copy
              .querySelectorAll('[contenteditable="false"], [class*="ursor"]')
              .forEach((mark) => mark.remove());
            return copy.textContent;
          })
          .join('\n'),
      );
  const type = async (notebook: NotebookWidget, index: number, text: string): Promise<void> => {
    await notebook.cell(index).locator('.cm-content').click();
    await notebook.page.keyboard.press('ControlOrMeta+End');
    await notebook.page.keyboard.type(text, { delay: 15 });
  };
  const dialogs = (): Promise<number[]> =>
    Promise.all(pages.map((page) => page.locator('.jp-Dialog').count()));
  const bothShow = async (index: number, text: string): Promise<void> => {
    await expect.poll(() => sourceOf(ada, index), { timeout: 40_000 }).toBe(text);
    await expect.poll(() => sourceOf(ben, index), { timeout: 40_000 }).toBe(text);
  };

  beforeAll(async () => {
    server = await startOurServer(options);
    writeFileSync(join(server.folders.root, 'shared.ipynb'), JSON.stringify(NOTEBOOK));
    writeFileSync(join(server.folders.root, 'notes.md'), '# Notes\n');
    browser = await launchChromium();
    links = await Promise.all([NetworkLink.to(server.origin), NetworkLink.to(server.origin)]);
    contexts = await Promise.all(
      links.map(() => browser.newContext({ viewport: { width: 1280, height: 800 } })),
    );
    pages = await Promise.all(contexts.map((context) => context.newPage()));
    for (const context of contexts) {
      context.setDefaultTimeout(20_000);
      heard.listenTo(context);
    }
    await Promise.all(
      pages.map((page, index) =>
        page.goto(`${links[index]!.origin}/lab/tree/shared.ipynb?token=${server.token}`),
      ),
    );
    [ada, ben] = pages.map((page) => new NotebookWidget(page)) as [NotebookWidget, NotebookWidget];
    await Promise.all([ada.cell(2).waitFor(), ben.cell(2).waitFor()]);
    await Promise.all([ada.idle(), ben.idle()]);
  }, 120_000);
  afterEach(async ({ task }) => {
    await Promise.all(pages.map((page, index) => shoot(page, `shared-${task.name}-${index}`)));
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(links?.map((link) => link.close()) ?? []);
    await server?.close();
  });

  test('has nothing to undo when it has been loaded', async () => {
    await ada.cell(0).locator('.cm-content').click();
    await ada.page.keyboard.press('ControlOrMeta+Z');
    expect(await sourceOf(ada, 0)).toBe('x = 41');
  });

  test('shows each what the other types, in the same cell too', async () => {
    await Promise.all([type(ada, 0, ' # from ada'), type(ben, 1, '"from ben"')]);
    await bothShow(0, 'x = 41 # from ada');
    await bothShow(1, '"from ben"');
    await Promise.all([type(ada, 2, 'aaaaaaaaaaaaaaaaaaaa'), type(ben, 2, 'bbbbbbbbbbbbbbbbbbbb')]);
    await expect.poll(async () => (await sourceOf(ada, 2)).length, { timeout: 20_000 }).toBe(40);
    const text = await sourceOf(ada, 2);
    expect([...text].sort().join('')).toBe(`${'a'.repeat(20)}${'b'.repeat(20)}`);
    await bothShow(2, text);
  });

  test('is saved by itself and with Ctrl+S, without a question', async () => {
    await expect.poll(() => onDisk('shared.ipynb'), { timeout: 20_000 }).toContain('from ada');
    await type(ada, 0, '!');
    await ada.page.keyboard.press('ControlOrMeta+S');
    await expect.poll(() => onDisk('shared.ipynb')).toContain('from ada!');
    await expect.poll(() => ben.page.locator('.lm-TabBar-tab.lm-mod-current.jp-mod-dirty').count()).toBe(0);
    expect(await dialogs()).toEqual([0, 0]);
  });

  test('takes in what another program writes, cell by cell', async () => {
    const written = JSON.parse(onDisk('shared.ipynb')) as typeof NOTEBOOK;
    written.cells[1]!.source = '"from a program"';
    writeFileSync(join(server.folders.root, 'shared.ipynb'), `${JSON.stringify(written, null, 1)}\n`);
    await bothShow(1, '"from a program"');
    expect(await sourceOf(ben, 0)).toBe('x = 41 # from ada!');
    expect(await dialogs()).toEqual([0, 0]);
  });

  test('keeps its tab where it is renamed, for everybody', async () => {
    const body = { path: 'renamed.ipynb' };
    expect((await send(server, { method: 'PATCH', path: '/api/contents/shared.ipynb', body })).status).toBe(
      200,
    );
    for (const page of pages) await new LabPage(page).tab('renamed.ipynb').waitFor();
    await type(ben, 0, '?');
    await bothShow(0, 'x = 41 # from ada!?');
    await expect.poll(() => onDisk('renamed.ipynb'), { timeout: 20_000 }).toContain('ada!?');
    expect(existsSync(join(server.folders.root, 'shared.ipynb'))).toBe(false);
  });

  test('makes the browser complain about nothing', () => {
    expect(heard.all()).toEqual([]);
  });

  test('says without a dialog that its file was deleted on disk, and puts it back', async () => {
    const notices = pages.map((page) => page.getByText('The file was deleted on disk.'));
    const item = ben.page.locator('.jp-InTheLoop-syncState');
    rmSync(join(server.folders.root, 'renamed.ipynb'));
    for (const notice of notices) await notice.waitFor();
    await item.getByText('File deleted on disk').waitFor();
    await ada.page.getByRole('button', { name: 'Save it again' }).click();
    for (const notice of notices) await notice.waitFor({ state: 'hidden' });
    await item.getByText('Saved').waitFor();
    expect(onDisk('renamed.ipynb')).toContain('from a program');
    expect(await dialogs()).toEqual([0, 0]);
  });

  test('says which cells have both versions, to each until they dismiss it', async () => {
    const notices = pages.map((page) => page.getByText('1 cell was changed here and in the file'));
    const isTold = (): Promise<boolean> => notices[0]!.isVisible();
    // The file is written before the document is saved, which a slow machine may not manage at once.
    for (let tries = 0; tries < 5 && !(await isTold()); tries += 1) {
      const written = JSON.parse(onDisk('renamed.ipynb')) as typeof NOTEBOOK;
      await ada.cell(2).locator('.cm-content').click();
      await ada.page.keyboard.press('ControlOrMeta+End');
      await ada.page.keyboard.insertText(` typed${tries}`);
      await expect.poll(() => sourceOf(ben, 2), { interval: 20 }).toContain(`typed${tries}`);
      written.cells[2]!.source += ` written${tries}`;
      writeFileSync(join(server.folders.root, 'renamed.ipynb'), `${JSON.stringify(written, null, 1)}\n`);
      await expect.poll(() => sourceOf(ada, 2)).toContain(`written${tries}`);
      await expect
        .poll(isTold, { timeout: 1_000 })
        .toBe(true)
        .catch(() => undefined);
    }
    for (const notice of notices) await notice.waitFor();
    const marks = pages.map((page) => page.getByRole('note').filter({ hasText: 'Both versions are here' }));
    await ben.page.getByRole('button', { name: 'Go to it' }).click();
    await ben.page.getByRole('button', { name: 'Dismiss' }).click();
    await notices[1]!.waitFor({ state: 'hidden' });
    expect(await Promise.all(marks.map((mark) => mark.count()))).toEqual([1, 0]);
    await ada.page.getByRole('button', { name: 'Dismiss' }).click();
    await notices[0]!.waitFor({ state: 'hidden' });
    expect(await dialogs()).toEqual([0, 0]);
  });

  test('merges what both typed while their networks were cut, without a dialog or a reload', async () => {
    await Promise.all(pages.map((page) => page.evaluate(() => Object.assign(window, { sameOne: true }))));
    for (const link of links) link.cut();
    await type(ada, 0, ' offline ada');
    await type(ben, 1, ' # offline ben');
    expect(await dialogs()).toEqual([0, 0]);
    for (const link of links) link.mend();
    await bothShow(0, 'x = 41 # from ada!? offline ada');
    await bothShow(1, '"from a program" # offline ben');
  });

  test('loses and doubles nothing when the server is killed while both type (I1, I3)', async () => {
    const { port } = new URL(server.origin);
    const typing = Promise.all([
      type(ada, 0, ' 0123456789'.repeat(6)),
      type(ben, 1, ' abcdefghij'.repeat(6)),
    ]);
    await ada.page.waitForTimeout(300);
    await server.end('SIGKILL');
    server = await startOurServer({ folders: server.folders, args: [...options.args, '--port', port] });
    await typing;
    await bothShow(0, `x = 41 # from ada!? offline ada${' 0123456789'.repeat(6)}`);
    await bothShow(1, `"from a program" # offline ben${' abcdefghij'.repeat(6)}`);
    await expect.poll(() => onDisk('renamed.ipynb'), { timeout: 20_000 }).toContain('0123456789');
    expect(await Promise.all(pages.map((page) => page.evaluate(() => 'sameOne' in window)))).toEqual([
      true,
      true,
    ]);
  }, 90_000);

  test('is the same in Notebook 7, and for who may only look', async () => {
    const notebook7 = await contexts[0]!.newPage();
    await notebook7.goto(`${links[0]!.origin}/notebooks/renamed.ipynb`);
    const shown = new NotebookWidget(notebook7);
    await shown.cell(2).waitFor();
    await type(shown, 2, ' from Notebook 7');
    const text = await sourceOf(shown, 2);
    expect(text).toContain(' from Notebook 7');
    await bothShow(2, text);
    await notebook7.close();

    const looking = await browser.newContext();
    const viewer = new NotebookWidget(await looking.newPage());
    await viewer.page.goto(`${server.origin}/lab/tree/renamed.ipynb?token=${VIEW_TOKEN}`);
    await viewer.cell(2).waitFor();
    await viewer.cell(2).locator('.cm-content').click();
    await viewer.page.keyboard.type('not for me');
    await type(ada, 2, '.');
    await expect.poll(() => sourceOf(viewer, 2), { timeout: 20_000 }).toBe(`${text}.`);
    for (const item of ['save', 'run', 'insert'])
      expect(await viewer.root.locator(`[data-jp-item-name="${item}"]`).isVisible()).toBe(false);
    await shoot(viewer.page, 'shared-viewer');
    await looking.close();
  }, 60_000);

  test('can be a text file, too', async () => {
    for (const page of pages) await new LabPage(page).file('notes.md').dblclick();
    const editors = pages.map((page) => page.locator('.jp-FileEditor:visible .cm-content'));
    await editors[0]!.click();
    await pages[0]!.keyboard.press('ControlOrMeta+End');
    await pages[0]!.keyboard.type('from ada');
    await expect.poll(() => editors[1]!.innerText()).toContain('from ada');
    await expect.poll(() => onDisk('notes.md'), { timeout: 20_000 }).toBe('# Notes\nfrom ada');
  });

  test('is opened anew where the server has another history, and what it had not sent is kept (I3)', async () => {
    for (const page of pages) {
      await new LabPage(page).tab('.ipynb').click();
      await page.evaluate(() => Object.assign(window, { sameOne: true }));
    }
    const saved = await sourceOf(ben, 0);
    const { port } = new URL(server.origin);
    await server.end('SIGKILL');
    rmSync(join(server.folders.state, 'events'), { recursive: true });
    await type(ada, 0, ' never sent');
    server = await startOurServer({ folders: server.folders, args: [...options.args, '--port', port] });
    await bothShow(0, saved);
    // Hers is another text now; his may still be the old one, which looks the same.
    await type(ada, 0, ' anew');
    await bothShow(0, `${saved} anew`);
    expect(await dialogs()).toEqual([0, 0]);
    expect(await Promise.all(pages.map((page) => page.evaluate(() => 'sameOne' in window)))).toEqual([
      true,
      true,
    ]);
  }, 150_000);
});
