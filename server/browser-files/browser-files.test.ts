import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import { HttpError } from '../http-error.ts';
import { CompressionCache } from '../static/compression-cache.ts';
import { StaticFiles } from '../static/static-files.ts';
import { BrowserFiles, type BrowserFilesOptions } from './browser-files.ts';
import { browserFileRoutes, browserPackageRoutes } from './routes.ts';

let folder: string;
const put = (path: string, text = path): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'browser-files-'));
  put('built/browser-runtime/host.html', '<!doctype html>');
  put('built/browser-runtime/host-worker.js');
  put('built/pyodide/python-314.zip');
  put('built/pyodide/python-314.zip.sources.sha256');
  put('built/pyodide/private.txt');
  put('built/pyodide/snapshot-314.bin.gz');
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = (more: Partial<BrowserFilesOptions> = {}): BrowserFiles =>
  new BrowserFiles({
    distribution: null,
    packages: null,
    memory: null,
    built: join(folder, 'built'),
    ...more,
  });

describe('a page is told', () => {
  test('where everything is, by addresses that change with what is there', () => {
    const before = files().described;
    expect(before).toMatchObject({
      hostUrl: expect.stringMatching(/^in-the-loop\/browser-runtime\/host-[0-9a-f]{16}\/$/) as string,
      archiveUrl: expect.stringMatching(/\/python-[0-9a-f]{16}\/python-314\.zip$/) as string,
      snapshotUrl: expect.stringMatching(/\/python-[0-9a-f]{16}\/snapshot-314\.bin\.gz$/) as string,
      packagesUrl: expect.stringMatching(
        /^https:\/\/cdn\.jsdelivr\.net\/pyodide\/v314\.[\d.]+\/full\/$/,
      ) as string,
    });
    put('built/browser-runtime/host-worker.js', 'another');
    const { hostUrl, distributionUrl } = files().described ?? {};
    expect(hostUrl).not.toBe(before?.hostUrl);
    expect(distributionUrl).toBe(before?.distributionUrl);
  });

  test('of another distribution, with its packages and its own archive', () => {
    put('other/pyodide.js');
    put('python-38.zip');
    const { distributionUrl, archiveUrl, snapshotUrl, packagesUrl } =
      files({ distribution: join(folder, 'other') }).described ?? {};
    expect(archiveUrl).toMatch(/python-38\.zip$/);
    expect(snapshotUrl).toBeNull();
    expect(packagesUrl).toBe(distributionUrl);
  });

  test('of packages elsewhere, or in a folder', () => {
    const packages = 'https://mirror.example/pyodide/';
    expect(files({ packages }).described?.packagesUrl).toBe(packages);
    put('mirror/numpy.whl');
    expect(files({ packages: join(folder, 'mirror') }).described?.packagesUrl).toMatch(
      /^in-the-loop\/browser-packages\/packages-/,
    );
  });

  test('nothing where it was not built', () => {
    rmSync(join(folder, 'built', 'browser-runtime'), { recursive: true });
    expect(files().described).toBeNull();
  });
});

describe('over HTTP', () => {
  test('the host is isolated, kept for ever, and of no other version; what is beside it is not served', async () => {
    const made = files();
    const cache = new CompressionCache(join(folder, 'compressed'), () => undefined);
    const statics = new StaticFiles(cache);
    const send = statics.sendVersioned.bind(statics);
    const app = await startApp({ publicRoutes: () => [browserFileRoutes(made, send)] });
    try {
      const page = await app.ask(`/${made.described?.hostUrl}host.html`);
      expect(page.status).toBe(200);
      expect(page.headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'document-isolation-policy': 'isolate-and-require-corp',
        'content-security-policy': expect.stringContaining("frame-ancestors 'self'") as string,
        etag: expect.any(String) as string,
      });
      const worker = await app.ask(`/${made.described?.hostUrl}host-worker.js`);
      expect(worker.headers['cross-origin-embedder-policy']).toBe('require-corp');
      const wasm = await app.ask(`/${made.described?.distributionUrl}pyodide.asm.wasm`, {
        headers: { 'Accept-Encoding': 'br' },
      });
      expect(wasm.headers['content-type']).toBe('application/wasm');
      expect(wasm.headers['content-encoding']).toBe('br');
      for (const path of [
        'in-the-loop/browser-runtime/host-0000000000000000/host.html',
        `${made.described?.hostUrl}missing.js`,
        `${made.described?.hostUrl}..%2Fpyodide%2Fpython-314.zip`,
        `${made.described?.archiveUrl}.sources.sha256`,
        // Beside another distribution there may be anything.
        made.described?.archiveUrl.replace('python-314.zip', 'private.txt'),
      ])
        expect((await app.ask(`/${path}`)).status).toBe(404);
    } finally {
      await app.close();
      await cache.close();
    }
  });

  test('I7: somebody’s packages are for whoever may read', async () => {
    put('mirror/numpy.whl');
    const made = files({ packages: join(folder, 'mirror') });
    const send = (): Promise<void> => Promise.reject(new HttpError(500, 'not to be reached'));
    const authorize = (): never => {
      throw new HttpError(403, 'Forbidden');
    };
    const app = await startApp({
      authenticatedRoutes: () => [browserPackageRoutes(made, { send, authorize })],
    });
    try {
      expect((await app.ask(`/${made.described?.packagesUrl}numpy.whl`)).status).toBe(403);
    } finally {
      await app.close();
    }
  });
});
