import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurStockCollaboration } from '../servers/stock-collaboration-server.ts';
import { codeCell, notebookOf, readNotebookFile, sourceOf } from '../servers/stock-page.ts';
import { launchChromium } from './chromium.ts';
import { shoot } from './shots.ts';
import { LIMIT, StockPerson } from './stock-person.ts';

/** Services of jupyter-collaboration's client that have no buttons of their own. */
interface ForkManager {
  createFork(options: { rootId: string; title: string }): Promise<{ fork_roomid: string; sessionId: string }>;
  deleteFork(options: { forkId: string; merge: boolean }): Promise<void>;
  getAllForks(rootId: string): Promise<Record<string, { title: string }>>;
}
interface Provider {
  connectToForkDoc(room: string, session: string): void;
  reconnect(): void;
}
interface ContentProvider {
  readonly providers: Map<string, Provider>;
}
interface StockClient {
  readonly forks: ForkManager;
  readonly provider: Provider;
}
interface Application {
  readonly pluginRegistry: { readonly _services: Map<{ readonly name: string }, string> };
  resolveRequiredService(token: object): Promise<ForkManager & ContentProvider>;
}

describe("the past and forks of a document, in jupyter-collaboration's client on our server", () => {
  let server: JupyterServerProcess;
  let browser: Browser;
  let ada: StockPerson;
  let ben: StockPerson;

  const shows = (person: StockPerson, text: string) =>
    expect.poll(() => person.text(0), { timeout: LIMIT }).toBe(text);
  const onDisk = (): string[] => readNotebookFile(server, 'n.ipynb').cells.map(sourceOf);

  beforeAll(async () => {
    server = await startOurStockCollaboration();
    const { config, root } = server.folders;
    mkdirSync(join(config, 'labconfig'), { recursive: true });
    writeFileSync(join(config, 'labconfig', 'page_config.json'), '{"exposeAppInBrowser":true}');
    const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
    const notebook = { ...notebookOf(codeCell('one', 'zero')), metadata: { kernelspec } };
    writeFileSync(join(root, 'n.ipynb'), JSON.stringify(notebook));
    browser = await launchChromium();
    const viewport = { width: 1280, height: 800 };
    ada = await StockPerson.open(await browser.newContext({ viewport }), server, 'n.ipynb');
    ben = await StockPerson.open(await browser.newContext({ viewport }), server, 'n.ipynb');
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('the slider walks through the versions, for its person alone, and restores one for all', async () => {
    for (const text of [' one', ' two']) {
      await ada.typeAtEnd(0, text);
      await ada.save();
    }
    await shows(ben, 'zero one two');
    await ada.page.getByTitle('Document Timeline').click();
    const slider = ada.page.locator('input.jp-Slider');
    await slider.waitFor();
    const last = Number(await slider.getAttribute('max'));
    expect(last).toBeGreaterThanOrEqual(2);
    await shoot(ada.page, 'stock-history-slider');
    await slider.fill(String(last - 1));
    await shows(ada, 'zero one');
    await slider.fill(String(last));
    await shows(ada, 'zero one two');
    await slider.fill(String(last - 1));
    await shows(ada, 'zero one');
    await shoot(ada.page, 'stock-history-earlier');
    expect(await ben.text(0)).toBe('zero one two');
    await ada.page.locator('.jp-restoreBtn').click();
    for (const person of [ada, ben]) await shows(person, 'zero one');
    await ben.typeAtEnd(0, ' again');
    await shows(ada, 'zero one again');
    await expect.poll(onDisk, { timeout: LIMIT }).toEqual(['zero one again']);
    await shoot(ada.page, 'stock-history-restored');
  });

  /** Puts what has no buttons where the test can reach it. */
  const reachStockClient = ({ page }: StockPerson): Promise<void> =>
    page.evaluate(async () => {
      const global = globalThis as unknown as { jupyterapp: Application; stockClient: StockClient };
      const { _services: services } = global.jupyterapp.pluginRegistry;
      const service = async (name: string): Promise<ForkManager & ContentProvider> => {
        const found = [...services.keys()].find((token) => token.name === name);
        return await global.jupyterapp.resolveRequiredService(found ?? {});
      };
      const forks = await service('@jupyter/docprovider:IForkManagerToken');
      const contents = await service('@jupyter/collaboration-extension:ICollaborativeContentProvider');
      const [provider] = contents.providers.values();
      if (provider !== undefined) global.stockClient = { forks, provider };
    });

  test('a fork is one’s own until it is merged', async () => {
    const session = await ada.page.request.put(`${server.origin}/api/collaboration/session/n.ipynb`, {
      data: { format: 'json', type: 'notebook' },
      headers: { authorization: `token ${server.token}` },
    });
    const { fileId } = (await session.json()) as { fileId: string };
    const rootId = `json:notebook:${fileId}`;
    await reachStockClient(ada);
    const forkId = await ada.page.evaluate(async (root) => {
      const { forks, provider } = (globalThis as unknown as { stockClient: StockClient }).stockClient;
      const made = await forks.createFork({ rootId: root, title: 'Mine' });
      provider.connectToForkDoc(made.fork_roomid, made.sessionId);
      return made.fork_roomid;
    }, rootId);
    const listed = (): Promise<object> =>
      ada.page.evaluate(
        (root) => (globalThis as unknown as { stockClient: StockClient }).stockClient.forks.getAllForks(root),
        rootId,
      );
    await ada.typeAtEnd(0, ' tried');
    await ben.typeAtEnd(0, '!');
    await shows(ben, 'zero one again!');
    await shoot(ada.page, 'stock-history-fork');
    expect(await ada.text(0)).toBe('zero one again tried');
    expect(await listed()).toMatchObject({ [forkId]: { title: 'Mine' } });
    await ada.page.evaluate(async (id) => {
      const { forks, provider } = (globalThis as unknown as { stockClient: StockClient }).stockClient;
      await forks.deleteFork({ forkId: id, merge: true });
      provider.reconnect();
    }, forkId);
    for (const person of [ada, ben])
      await expect
        .poll(() => person.text(0), { timeout: LIMIT })
        .toMatch(/^zero one again( tried!|! tried)$/);
    expect(await listed()).toEqual({});
  });
});
