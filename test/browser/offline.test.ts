import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { launchChromiumOn } from './chromium.ts';
import { contrast } from './contrast.ts';
import { NotebookWidget } from './notebook-widget.ts';
import { shoot } from './shots.ts';

const NOTEBOOK = {
  cells: ['first', 'second'].map((name) => ({
    ...{ cell_type: 'code', execution_count: null, id: name, metadata: {}, outputs: [] },
    source: `# ${name}`,
  })),
  metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
};

/** All that a browser keeps for a site, as one text. */
async function allThatIsKept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const parts: string[] = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request, { ignoreVary: true });
        const isText = /json|html|javascript|text/.test(response?.headers.get('Content-Type') ?? '');
        parts.push(request.url, isText ? ((await response?.text()) ?? '') : '');
      }
    }
    const result = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('cannot be read'));
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name ?? ''));
      for (const store of Array.from(database.objectStoreNames))
        for (const value of await result(database.transaction(store).objectStore(store).getAll()))
          parts.push(
            JSON.stringify(value, (_, each: unknown) =>
              each instanceof Uint8Array ? new TextDecoder().decode(each) : each,
            ),
          );
      database.close();
    }
    return parts.join('\n');
  });
}

/** Other tests may keep the machine busy meanwhile. */
const soon = { timeout: 20_000 };

async function builds(page: Page): Promise<string[]> {
  const names = await page.evaluate(() => caches.keys());
  // The second is there once the first is whole.
  return names.some((name) => name.endsWith(':state'))
    ? names.filter((name) => name.includes(':build-'))
    : [];
}

describe('JupyterLab without its server', () => {
  const profile = mkdtempSync(join(tmpdir(), 'itl-profile-'));
  let server: JupyterServerProcess;
  let browser: Awaited<ReturnType<typeof launchChromiumOn>>;
  let page: Page;
  const dialogs: string[] = [];

  const state = (of: Page): Locator => of.getByRole('status').locator('button.jp-StatusBar-TextItem');
  const onDisk = (): string => readFileSync(join(server.folders.root, 'a.ipynb'), 'utf8');
  const openNotebook = async (of: Page): Promise<NotebookWidget> => {
    const notebook = new NotebookWidget(of);
    await notebook.cell(1).waitFor();
    return notebook;
  };
  const append = async (notebook: NotebookWidget, cell: number, text: string): Promise<void> => {
    await notebook.cell(cell).locator('.cm-content').click();
    await notebook.page.keyboard.press('End');
    await notebook.page.keyboard.insertText(text);
  };
  const startAgain = async (): Promise<void> => {
    const { port } = new URL(server.origin);
    server = await startOurServer({
      folders: server.folders,
      args: ['--collaboration', 'on', '--port', port],
    });
  };
  const newPage = async (context: BrowserContext): Promise<Page> => {
    context.setDefaultTimeout(20_000);
    const made = await context.newPage();
    await made.setViewportSize({ width: 1280, height: 900 });
    return made;
  };

  beforeAll(async () => {
    server = await startOurServer({ args: ['--collaboration', 'on'] });
    writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(NOTEBOOK));
    browser = await launchChromiumOn(profile);
    page = await newPage(browser.context);
    await page.goto(`${server.origin}/lab/tree/a.ipynb?token=${server.token}`);
    await openNotebook(page);
  });
  afterEach(async ({ task }) => {
    dialogs.push(...(await page.locator('.jp-Dialog').allInnerTexts()));
    await shoot(page, `offline-${task.name}`);
  });
  afterAll(async () => {
    await browser?.kill();
    await server?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  });

  test('I10: is kept without any token', async () => {
    await expect.poll(() => builds(page), { timeout: 30_000, interval: 200 }).toHaveLength(1);
    await append(await openNotebook(page), 0, ' typed online');
    await expect.poll(onDisk, soon).toContain('typed online');
    await expect.poll(() => state(page).textContent(), soon).toBe('Saved');
    const kept = await allThatIsKept(page);
    expect(kept).toContain('jupyter-config-data');
    expect(kept).toContain('typed online');
    expect(kept).not.toContain(server.token);
  }, 60_000);

  test('says what is not sent, and raises no dialog, when the server goes away', async () => {
    const notebook = await openNotebook(page);
    await server.end('SIGKILL');
    await append(notebook, 0, ', typed offline');
    await expect.poll(() => state(page).textContent(), soon).toBe('⚠ Offline: 1 unsent change');
    await page.keyboard.press('ControlOrMeta+s');
    await page.keyboard.press('Shift+Enter');
    await page.getByText('the cell was not run').first().waitFor();
    await notebook.toolbarButton('notebook:interrupt-kernel').click();
    await page.getByText('The kernel was not interrupted: there is no connection').first().waitFor();
    // What JupyterLab itself raises a dialog for: it asks for its kernels every ten seconds.
    await page.waitForEvent('requestfailed', {
      predicate: (request) => /api\/(?:kernels|sessions)\?/.test(request.url()),
      timeout: 30_000,
    });
    expect(await page.locator('.jp-Dialog').count()).toBe(0);
  }, 60_000);

  test('opens, shows what it has, and two tabs see what is typed in each', async () => {
    await page.reload();
    const notebook = await openNotebook(page);
    await expect.poll(() => notebook.cell(0).innerText(), soon).toContain('typed online, typed offline');
    await state(page).click();
    const dialog = page.getByRole('dialog', { name: 'Where your work is' });
    await dialog.getByText('kept in this browser until the server is back').waitFor();
    await dialog.getByRole('button', { name: /^a\.ipynb/ }).waitFor();
    await shoot(page, 'offline-details');
    await page.keyboard.press('Escape');
    const other = await newPage(browser.context);
    await other.goto(`${server.origin}/lab/tree/a.ipynb`);
    const there = await openNotebook(other);
    await append(there, 1, ' in the other tab');
    await expect.poll(() => notebook.cell(1).innerText(), soon).toContain('in the other tab');
    await append(notebook, 0, ' and here');
    await expect.poll(() => there.cell(0).innerText(), soon).toContain('and here');
  }, 60_000);

  test('loses nothing when the browser is killed, and syncs when the server is back', async () => {
    await browser.kill();
    browser = await launchChromiumOn(profile);
    page = await newPage(browser.context);
    await page.goto(`${server.origin}/lab/tree/a.ipynb`);
    const notebook = await openNotebook(page);
    await expect
      .poll(() => notebook.cell(0).innerText(), soon)
      .toContain('typed online, typed offline and here');
    await expect.poll(() => notebook.cell(1).innerText(), soon).toContain('in the other tab');
    // No tab shows it when the server is back.
    await page.goto('about:blank');
    await startAgain();
    // Chromium writes new cookies to disk after half a minute: the login may have gone with it.
    await page.goto(`${server.origin}/tree?token=${server.token}`);
    await expect.poll(onDisk, { timeout: 40_000 }).toContain('in the other tab');
    expect(onDisk()).toContain('typed online, typed offline and here');
    expect((JSON.parse(onDisk()) as typeof NOTEBOOK).cells.map(({ id }) => id).slice(0, 2)).toEqual([
      'first',
      'second',
    ]);
    await page.goto(`${server.origin}/lab/tree/a.ipynb`);
    await expect.poll(() => state(page).textContent(), soon).toBe('Saved');
    await notebook.idle();
  }, 120_000);

  test('keeps a new build in the place of the old one', async () => {
    const [before] = await builds(page);
    const folder = join(server.folders.config, 'labconfig');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'page_config.json'), '{"ofTheNewBuild": "yes"}');
    await page.reload();
    await openNotebook(page);
    const isReplaced = async (): Promise<boolean> => {
      const now = await builds(page);
      return now.length === 1 && now[0] !== before;
    };
    await expect.poll(isReplaced, { timeout: 90_000, interval: 200 }).toBe(true);
    expect(await allThatIsKept(page)).toContain('ofTheNewBuild');
  }, 120_000);

  test('I3: offers what was typed on another history for review, and merges nothing by itself', async () => {
    const notebook = await openNotebook(page);
    // It is asked for with the token of this page, which lasts: a server whose state is gone knows no cookie.
    await page.goto(`${server.origin}/lab/tree/a.ipynb?token=${server.token}`);
    await notebook.cell(1).waitFor();
    await expect.poll(() => state(page).textContent(), soon).toBe('Saved');
    await server.end('SIGTERM');
    await append(notebook, 1, ' on the old history');
    await expect.poll(() => state(page).textContent(), soon).toContain('1 unsent change');
    rmSync(join(server.folders.state, 'events'), { recursive: true });
    await startAgain();
    await expect.poll(() => state(page).textContent(), { timeout: 40_000 }).toContain('1 to review');
    expect(onDisk()).not.toContain('on the old history');
    await state(page).click();
    await page
      .getByRole('dialog', { name: 'Where your work is' })
      .getByRole('button', { name: /kept on/ })
      .click();
    const review = page.locator('.jp-InTheLoop-history', { hasText: 'Your unsent changes of a.ipynb' });
    await review.getByText('Cell 2: changed').waitFor();
    await shoot(page, 'offline-review');
    await review.getByRole('button', { name: 'Apply all' }).click();
    await expect.poll(onDisk, { timeout: 20_000 }).toContain('on the old history');
    await expect.poll(() => state(page).textContent(), soon).not.toContain('review');
  }, 120_000);

  test.each(['JupyterLab Light', 'JupyterLab Dark'])('can be read in %s and on a phone', async (theme) => {
    const path = '/lab/api/settings/@jupyterlab/apputils-extension:themes';
    await send(server, { method: 'PUT', path, body: { raw: JSON.stringify({ theme }) } });
    await page.reload();
    await page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: 'attached' });
    await openNotebook(page);
    expect(await contrast(state(page))).toBeGreaterThanOrEqual(4.5);
    await page.setViewportSize({ width: 390, height: 844 });
    await state(page).click();
    const content = page.getByRole('dialog', { name: 'Where your work is' }).locator('.jp-Dialog-content');
    await content.waitFor();
    const box = await content.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    expect(await contrast(content.getByText('JupyterLab opens'))).toBeGreaterThanOrEqual(4.5);
    await shoot(page, `offline-phone-${theme}`);
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test('says where the work is in Notebook 7, too', async () => {
    await page.goto(`${server.origin}/notebooks/a.ipynb`);
    await openNotebook(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const item = page.locator('.jp-InTheLoop-syncState button');
    await expect.poll(() => item.textContent(), soon).toBe('Saved');
    expect(await item.isVisible()).toBe(true);
  });

  test('forgets everything when somebody logs out', async () => {
    await page.evaluate(async () => {
      const [{ name }] = (await indexedDB.databases()) as [{ name: string }];
      const opening = indexedDB.open(name);
      await new Promise((resolve) => (opening.onsuccess = resolve));
      const store = opening.result.transaction('documents', 'readwrite').objectStore('documents');
      const unsent = { ...{ root: 'r', documentId: 'd', epoch: 'e', path: 'typed.md' }, unsent: { tab: 2 } };
      await new Promise((resolve) => (store.put(unsent).onsuccess = resolve));
      opening.result.close();
    });
    await page.goto(`${server.origin}/logout`);
    await page.getByRole('alert').getByText('2 changes that the server does not have').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('“typed.md”');
    await page.getByRole('button', { name: 'Delete them' }).click();
    await page.locator('html[data-forgotten]').waitFor();
    const left = await page.evaluate(async () => ({
      caches: await caches.keys(),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
    expect(left).toEqual({ caches: [], databases: [], workers: 0 });
  });

  test('never asked anybody anything', () => {
    expect(dialogs).toEqual([]);
  });
});
