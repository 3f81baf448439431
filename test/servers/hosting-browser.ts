import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Router } from 'express';
import type { Browser, Page } from 'playwright-core';
import { BROWSER_KERNELSPECS } from '../../kernel-bridge/browser/browser-kernelspecs.ts';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { BrowserFiles } from '../../server/browser-files/browser-files.ts';
import { browserFileRoutes } from '../../server/browser-files/routes.ts';
import type { PageHost } from '../../server/browser-hosts/page-host.ts';
import { CompressionCache } from '../../server/static/compression-cache.ts';
import { StaticFiles } from '../../server/static/static-files.ts';
import { HOST_LINK_PATH } from '../../server/wire/browser-runtime.ts';
import { launchChromium } from '../browser/chromium.ts';
import { TOKEN } from '../doubles/app-under-test.ts';
import { HostDesk } from './host-desk.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

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
  private constructor(
    readonly desk: HostDesk,
    /** Between the pages and the server. */
    readonly proxy: TcpProxy,
    readonly browser: Browser,
    readonly close: () => Promise<void>,
    private readonly files: BrowserFiles,
  ) {}

  static async start(): Promise<HostingBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'hosting-'));
    const files = new BrowserFiles({ distribution: null, packages: null, memory: null, built: DIST });
    const cache = new CompressionCache(join(folder, 'compressed'), () => undefined);
    const statics = new StaticFiles(cache);
    const page = Router();
    page.get('/driver.html', (_request, response) => void response.type('html').send(DRIVER));
    const desk = await HostDesk.start([page, browserFileRoutes(files, statics.sendVersioned.bind(statics))]);
    const proxy = await startTcpProxy(desk.port);
    const browser = await launchChromium();
    const close = async (): Promise<void> => {
      await browser.close();
      await proxy.close();
      await desk.close();
      await cache.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return new HostingBrowser(desk, proxy, browser, close, files);
  }

  /** A page whose host is connected. */
  async open(hostId: string): Promise<{ readonly page: Page; readonly host: PageHost }> {
    const { described } = this.files;
    if (described === null) throw new Error('kernels in browsers were not built: npm run build');
    const origin = `127.0.0.1:${this.proxy.port}`;
    const at = (url: string): string => new URL(url, `http://${origin}/`).href;
    const page = await this.browser.newPage();
    await page.goto(at('driver.html'));
    const settings = {
      hostId,
      secret: randomUUID(),
      title: 'Chromium of a test',
      linkUrl: `ws://${origin}/${HOST_LINK_PATH}?token=${TOKEN}`,
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
    return { page, host: await this.desk.reached(hostId) };
  }
}
