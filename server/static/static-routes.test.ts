import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { CompressionCache } from './compression-cache.ts';
import { faviconRoute } from './favicon-route.ts';
import { ServerAssets } from './server-assets.ts';
import { StaticFiles } from './static-files.ts';
import { staticRoutes } from './static-routes.ts';

let folder: string;
let cache: CompressionCache;
let app: AppUnderTest;
const script = 'console.log("hello");\n'.repeat(200);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'served-'));
  const served = join(folder, 'served');
  const assets = join(folder, 'lib', 'python3.11', 'site-packages', 'jupyter_server', 'static');
  await mkdir(join(served, 'ünï ☃'), { recursive: true });
  await mkdir(assets, { recursive: true });
  await writeFile(join(served, 'main.0123456789abcdef.js'), script);
  await writeFile(join(served, 'style.css'), 'a {}');
  await writeFile(join(served, 'ünï ☃', 'a b+c%.txt'), 'odd');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(served, 'link.txt'));
  await writeFile(join(assets, 'favicon.ico'), 'icon');
  cache = new CompressionCache(join(folder, 'compressed'), (error) => {
    throw error;
  });
  const files = new StaticFiles(cache);
  app = await startApp({
    publicRoutes: () => [
      staticRoutes(files, [
        { url: '/static', directories: () => Promise.resolve([served]), links: 'inside' },
      ]),
      faviconRoute(files, new ServerAssets(folder)),
    ],
  });
});
afterEach(async () => {
  await app.close();
  await cache.close();
  await rm(folder, { recursive: true });
});

const brotli = { 'accept-encoding': 'gzip, br' };

describe('a file', () => {
  test('goes to anybody, compressed as the client takes it', async () => {
    const url = '/static/main.0123456789abcdef.js';
    const plain = await app.ask(url, { auth: 'none' });
    expect(plain).toMatchObject({ status: 200, text: script });
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(script.length),
      'accept-ranges': 'bytes',
      vary: 'Accept-Encoding',
    });
    expect(plain.headers['content-encoding']).toBeUndefined();
    const compressed = await app.ask(url, { headers: brotli });
    expect(compressed.headers).toMatchObject({ 'content-encoding': 'br', etag: plain.headers.etag });
    expect(Number(compressed.headers['content-length'])).toBeLessThan(script.length / 4);
    const decoded = await fetch(`http://127.0.0.1:${app.port}${url}`, {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(decoded.headers.get('content-encoding')).toBe('gzip');
    expect(await decoded.text()).toBe(script);
  });

  test('is told to be the same by its ETag and by its date, in every encoding, until it changes', async () => {
    const url = '/static/main.0123456789abcdef.js';
    const { headers } = await app.ask(url);
    const etag = headers.etag as string;
    const modified = headers['last-modified'] as string;
    for (const condition of [{ 'if-none-match': etag }, { 'if-modified-since': modified }])
      for (const accepted of [{}, brotli]) {
        const again = await app.ask(url, { headers: { ...condition, ...accepted } });
        expect(again).toMatchObject({ status: 304, text: '' });
        expect(again.headers).toMatchObject({ etag, vary: 'Accept-Encoding' });
      }
    const path = join(folder, 'served', 'main.0123456789abcdef.js');
    await writeFile(path, script.replaceAll('hello', 'other'));
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    for (const accepted of [{}, brotli])
      expect((await app.ask(url, { headers: { 'if-none-match': etag, ...accepted } })).status).toBe(200);
    const fresh = await fetch(`http://127.0.0.1:${app.port}${url}`);
    expect(await fresh.text()).toContain('other');
  });

  test('is asked for again where its name has no hash, unless its version is in the query', async () => {
    expect((await app.ask('/static/style.css')).headers['cache-control']).toBe('no-cache');
    expect((await app.ask('/static/style.css?v=1')).headers['cache-control']).toContain('immutable');
    expect((await app.ask('/static/style.css?v')).headers['cache-control']).toBe('no-cache');
  });

  test('is described by HEAD without being sent', async () => {
    for (const accepted of [{}, brotli]) {
      const url = '/static/main.0123456789abcdef.js';
      const got = await app.ask(url, { headers: accepted });
      const head = await app.ask(url, { method: 'HEAD', headers: accepted });
      expect(head).toMatchObject({ status: 200, text: '' });
      for (const name of ['content-length', 'content-type', 'etag', 'content-encoding'])
        expect(head.headers[name]).toBe(got.headers[name]);
    }
  });

  test('is sent in ranges of its own bytes, whatever could be negotiated', async () => {
    const range = { range: 'bytes=0-6', ...brotli };
    const part = await app.ask('/static/main.0123456789abcdef.js', { headers: range });
    expect(part).toMatchObject({ status: 206, text: 'console' });
    expect(part.headers['content-range']).toBe(`bytes 0-6/${script.length}`);
    const beyond = { range: 'bytes=999999-' };
    expect((await app.ask('/static/style.css', { headers: beyond })).status).toBe(416);
  });

  test('is found under any name, decoded once', async () => {
    const url = `/static/${encodeURIComponent('ünï ☃')}/${encodeURIComponent('a b+c%.txt')}`;
    expect(await app.ask(url)).toMatchObject({ status: 200, text: 'odd' });
    expect((await app.ask(url.replaceAll('%', '%25'))).status).toBe(404);
  });
});

test.each([
  '/static/../secret.txt',
  '/static/..%2Fsecret.txt',
  '/static/%2e%2e/secret.txt',
  '/static/..%5Csecret.txt',
  '/static/%2Fetc%2Fpasswd',
  '/static//etc/passwd',
  '/static/link.txt',
  '/static/style.css%00.js',
  '/static/missing.js',
  '/static/',
  '/static/%FF',
])('%s is not there', async (path) => {
  const { status, text } = await app.ask(path);
  expect([400, 404]).toContain(status);
  expect(text).not.toContain('secret\n');
  expect(text).not.toContain('root:');
});

test('browsers find the icon where they look for it by themselves', async () => {
  const icon = await app.ask('/favicon.ico', { auth: 'none' });
  expect(icon).toMatchObject({ status: 200, text: 'icon' });
  expect(icon.headers['content-type']).toBe('image/vnd.microsoft.icon');
});
