import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryCaches } from './memory-caches.ts';
import { BuildCache } from './build-cache.ts';

const SCOPE = 'http://127.0.0.1:8888/';
const MAIN = 'static/lab/main.aaaaaaaaaaaaaaaa.js';
const pageWith = (token: string): string =>
  `<script id="jupyter-config-data" type="application/json">{"token":"${token}"}</script>`;

/** Answers as a server does, and counts. */
class Site {
  readonly asked: string[] = [];
  build = 'one';
  files: Record<string, string> = { [MAIN]: 'main', 'static/lab/style.js': 'style one' };
  token = '';
  isOffered = true;
  isReachable = true;

  readonly fetch = ((url: string): Promise<Response> => {
    const path = url.slice(SCOPE.length).replace(/\?v=.*/, '');
    this.asked.push(path);
    if (!this.isReachable) return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(this.#answer(path));
  }) as typeof fetch;

  #answer(path: string): Response {
    if (path === 'api/in-the-loop/v1/offline')
      return this.isOffered
        ? Response.json({ build: this.build, files: { lab: Object.keys(this.files), notebook: [] } })
        : new Response('', { status: 404 });
    const file = this.files[path];
    if (file !== undefined) return new Response(file);
    if (/^(?:lab|tree|notebooks\/.*|edit\/.*)$/.test(path)) return new Response(pageWith(this.token));
    return Response.json(`${path} of ${this.build}`);
  }
}

describe('the caches of a server', () => {
  let site: Site;
  let caches: MemoryCaches;
  let cache: BuildCache;
  const textOf = async (path: string) => (await cache.match(SCOPE + path))?.text();

  beforeEach(() => {
    site = new Site();
    caches = new MemoryCaches();
    cache = new BuildCache(SCOPE, caches.storage, site.fetch);
  });

  test('hold files, answers and the page of the front-end that is used', async () => {
    expect(await cache.refresh('lab')).toBe('kept');
    expect(await textOf(MAIN)).toBe('main');
    expect(await textOf('lab/api/settings')).toContain('of one');
    expect(await cache.page('lab')).toContain('"token":""');
    expect(await cache.page('tree')).toBeNull();
  });

  test('ask for nothing again while the build is the same, also in the next life of the worker', async () => {
    await cache.refresh('lab');
    site.asked.length = 0;
    cache = new BuildCache(SCOPE, caches.storage, site.fetch);
    await cache.refresh('lab');
    expect(site.asked).toEqual(['api/in-the-loop/v1/offline']);
  });

  test('take in the other front-end when it is used, too', async () => {
    await cache.refresh('lab');
    await cache.refresh('notebook');
    expect(await cache.page('notebooks')).not.toBeNull();
    site.build = 'two';
    await cache.refresh('lab');
    expect(await cache.page('edit')).not.toBeNull();
  });

  test('hold one build: a new one takes the place of the old one once it is whole', async () => {
    await cache.refresh('lab');
    await cache.put(`${SCOPE}api/contents/folder?content=1`, Response.json('names'));
    Object.assign(site, {
      build: 'two',
      files: { [MAIN]: 'never asked', 'static/lab/style.js': 'style two' },
    });
    site.asked.length = 0;
    await cache.refresh('lab');
    expect(await textOf(MAIN)).toBe('main');
    expect(site.asked).not.toContain(MAIN);
    expect(await textOf('static/lab/style.js')).toBe('style two');
    expect(await textOf('lab/api/settings')).toContain('of two');
    expect(await textOf('api/contents/folder?content=1')).toBe('"names"');
    expect(await caches.keys()).toEqual(['in-the-loop:/:state', 'in-the-loop:/:build-two']);
  });

  test('stay with the old build when the server goes away in the middle, and go on where that was', async () => {
    await cache.refresh('lab');
    const fetchMost = site.fetch;
    let left = 4;
    const failing = ((url: string) =>
      (left -= 1) < 0 ? Promise.reject(new TypeError('Failed to fetch')) : fetchMost(url)) as typeof fetch;
    cache = new BuildCache(SCOPE, caches.storage, failing);
    Object.assign(site, { build: 'two', files: { ...site.files, 'static/lab/new.js': 'new' } });
    await expect(cache.refresh('lab')).rejects.toThrow('Failed to fetch');
    expect(await textOf('lab/api/settings')).toContain('of one');
    site.asked.length = 0;
    left = 100;
    await cache.refresh('lab');
    expect(site.asked).not.toContain('static/lab/new.js');
    expect(await textOf('lab/api/settings')).toContain('of two');
  });

  test('I10: hold no page with a token, and so no build', async () => {
    site.token = 'secret';
    expect(await cache.refresh('lab')).toBe('unreachable');
    expect(await cache.current()).toBeNull();
  });

  test('go where the server wants nothing kept any more; those of other base URLs stay', async () => {
    await cache.refresh('lab');
    await caches.open('in-the-loop:/other/:state');
    site.isOffered = false;
    expect(await cache.refresh('lab')).toBe('gone');
    await cache.deleteAll();
    expect(await caches.keys()).toEqual(['in-the-loop:/other/:state']);
  });
});
