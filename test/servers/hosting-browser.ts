import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Router } from 'express';
import pino from 'pino';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { BROWSER_KERNELSPECS } from '../../kernel-bridge/browser/browser-kernelspecs.ts';
import { BrowserFiles } from '../../server/browser-files/browser-files.ts';
import { browserFileRoutes } from '../../server/browser-files/routes.ts';
import { BrowserHosts } from '../../server/browser-hosts/browser-hosts.ts';
import { hostUpgradeRoute } from '../../server/browser-hosts/link-route.ts';
import type { PageHost } from '../../server/browser-hosts/page-host.ts';
import { CompressionCache } from '../../server/static/compression-cache.ts';
import { StaticFiles } from '../../server/static/static-files.ts';
import { HOST_LINK_PATH } from '../../server/wire/browser-runtime.ts';
import { startApp, TOKEN } from '../doubles/app-under-test.ts';
import { launchChromium } from '../browser/chromium.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

export const BROWSER_PYTHON = BROWSER_KERNELSPECS.find(({ name }) => name === 'python') as Kernelspec;

/**
 * A page that does nothing but host kernels, as JupyterLab's page does it: a frame, a port to its worker, two words. What the
 * host tells is in `told`.
 */
const DRIVER = `<!doctype html><title>hosts kernels</title><script>
const told = [];
async function host(url, settings) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => { if (data.type !== 'messages') told.push(data); };
  window.port = port1;
  const frame = document.createElement('iframe');
  frame.style.display = 'none';
  frame.src = url;
  await new Promise((resolve) => {
    addEventListener('message', ({ source }) => { if (source === frame.contentWindow) resolve(); });
    document.body.append(frame);
  });
  frame.contentWindow.postMessage({ type: 'in-the-loop:host-open' }, location.origin, [port2]);
  port1.postMessage({ type: 'open', settings });
  port1.postMessage({ type: 'connect', isAnew: false });
}
</script><body>`;

/** The parts of a server that kernels in browsers need, in this process, and a Chromium with pages that host some. */
export class HostingBrowser {
  readonly hosts: BrowserHosts;
  readonly browser: Browser;
  readonly #app: Awaited<ReturnType<typeof startApp>>;
  readonly #files: BrowserFiles;
  readonly #close: () => Promise<void>;

  private constructor(parts: {
    readonly hosts: BrowserHosts;
    readonly browser: Browser;
    readonly app: Awaited<ReturnType<typeof startApp>>;
    readonly files: BrowserFiles;
    readonly close: () => Promise<void>;
  }) {
    this.hosts = parts.hosts;
    this.browser = parts.browser;
    this.#app = parts.app;
    this.#files = parts.files;
    this.#close = parts.close;
  }

  static async start(): Promise<HostingBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'hosting-'));
    const files = new BrowserFiles({ distribution: null, packages: null, built: DIST });
    const cache = new CompressionCache(join(folder, 'compressed'), () => undefined);
    const statics = new StaticFiles(cache);
    const logger = pino({ level: 'silent' });
    const authorize = (): void => undefined;
    const hosts = new BrowserHosts({
      directory: join(folder, 'hosts'),
      programVersion: '1',
      authorize,
      logger,
    });
    const page = Router();
    page.get('/driver.html', (_request, response) => void response.type('html').send(DRIVER));
    const app = await startApp({
      publicRoutes: () => [page, browserFileRoutes(files, statics.sendVersioned.bind(statics))],
      upgradeRoutes: [hostUpgradeRoute({ hosts, authorize, logger })],
    });
    const browser = await launchChromium();
    const close = async (): Promise<void> => {
      await browser.close();
      hosts.close();
      await Promise.all(hosts.all().map(({ supervisor }) => supervisor.close()));
      await app.close();
      await cache.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return new HostingBrowser({ hosts, browser, app, files, close });
  }

  get linkUrl(): string {
    return `ws://127.0.0.1:${this.#app.port}/${HOST_LINK_PATH}?token=${TOKEN}`;
  }

  /** A page whose host is connected. */
  async open(hostId: string = randomUUID()): Promise<{ readonly page: Page; readonly host: PageHost }> {
    const { described } = this.#files;
    if (described === null) throw new Error('kernels in browsers were not built');
    const origin = `http://127.0.0.1:${this.#app.port}`;
    const at = (url: string): string => new URL(url, `${origin}/`).href;
    const page = await this.browser.newPage();
    await page.goto(`${origin}/driver.html`);
    const settings = {
      hostId,
      secret: randomUUID(),
      title: 'Chromium of a test',
      linkUrl: this.linkUrl,
      server: '/',
      python: {
        distributionUrl: at(described.distributionUrl),
        archiveUrl: at(described.archiveUrl),
        snapshotUrl: described.snapshotUrl === null ? null : at(described.snapshotUrl),
        packagesUrl: null,
        indexUrls: [],
        memory: null,
      },
    };
    await page.evaluate(
      ([url, given]) =>
        (globalThis as unknown as { host(...args: unknown[]): Promise<void> }).host(url, given),
      [at(`${described.hostUrl}host.html`), settings] as const,
    );
    const known = (): PageHost | undefined => this.hosts.all().find(({ id }) => id === hostId);
    await expect.poll(() => known()?.supervisor.isReached, { timeout: 20_000 }).toBe(true);
    return { page, host: known() as PageHost };
  }

  /** Idempotent enough for a test's end. */
  close(): Promise<void> {
    return this.#close();
  }
}
