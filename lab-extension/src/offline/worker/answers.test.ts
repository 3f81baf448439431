import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryCaches } from './memory-caches.ts';
import { Answers } from './answers.ts';
import { BuildCache } from './build-cache.ts';
import { KernelFiles } from './kernel-files.ts';
import type { RequestKind } from './request-kind.ts';

const SCOPE = 'http://127.0.0.1:8888/';
const KEY = `${SCOPE}lab/api/settings`;
const LISTING: RequestKind = { kind: 'answer', key: KEY, isListing: true };
const ANSWER: RequestKind = { kind: 'answer', key: KEY, isListing: false };
const PAGE: RequestKind = { kind: 'page', page: 'lab', path: 'lab/tree/a.ipynb' };
const PAGE_HTML = '<script id="jupyter-config-data" type="application/json">{"token":""}</script>';

/** What a server's own answer is to a service worker; one that is made here has another type. */
function served(body: unknown, status = 200): Response {
  const response = Response.json(body, { status });
  Object.defineProperty(response, 'type', { value: 'basic' });
  Object.defineProperty(response, 'clone', { value: () => Response.json(body, { status }) });
  return response;
}

describe('an answer', () => {
  let server: () => Promise<Response>;
  let caches: MemoryCaches;
  let cache: BuildCache;
  let answers: Answers;
  const away = () => Promise.reject(new TypeError('Failed to fetch'));

  async function ask(kind: RequestKind, clientId = 'client', request = new Request(KEY)): Promise<Response> {
    const kept: Promise<unknown>[] = [];
    const event = {
      ...{ request, clientId, resultingClientId: clientId },
      waitUntil: (promise: Promise<unknown>) => void kept.push(promise),
      respondWith: () => undefined,
    };
    const response = await answers.answer(event, kind);
    await Promise.all(kept);
    return response;
  }

  beforeEach(async () => {
    const files = { lab: [], notebook: [] };
    caches = new MemoryCaches();
    cache = new BuildCache(SCOPE, caches.storage, ((url: string) =>
      Promise.resolve(
        url.endsWith('offline') ? Response.json({ build: 'one', files }) : new Response(PAGE_HTML),
      )) as typeof fetch);
    await cache.refresh('lab');
    answers = new Answers(
      cache,
      new KernelFiles(SCOPE, caches.storage, fetch),
      () => server(),
      () => new Promise(() => undefined),
    );
  });

  test('comes from the server, and is what came last when the server is away or a proxy stands for it', async () => {
    server = () => Promise.resolve(served('fresh'));
    expect(await (await ask(ANSWER)).json()).toBe('fresh');
    server = away;
    expect(await (await ask(ANSWER)).json()).toBe('fresh');
    server = () => Promise.resolve(served('bad gateway', 502));
    expect(await (await ask(ANSWER)).json()).toBe('fresh');
  });

  test('is not replaced by an error, and an error of the server is one', async () => {
    server = () => Promise.resolve(served('fresh'));
    await ask(ANSWER);
    server = () => Promise.resolve(served('forbidden', 403));
    expect((await ask(ANSWER)).status).toBe(403);
    server = away;
    expect(await (await ask(ANSWER)).json()).toBe('fresh');
  });

  test('fails as without a worker where nothing is kept', async () => {
    server = away;
    await expect(ask({ ...ANSWER, key: `${SCOPE}api/config/unknown` })).rejects.toThrow('Failed to fetch');
  });

  test('is kept where it holds names, and not where it holds what is in a file', async () => {
    const key = `${SCOPE}api/contents/x?content=1`;
    server = () => Promise.resolve(served({ type: 'file', content: 'private' }));
    await ask({ ...LISTING, key });
    expect(await cache.match(key)).toBeUndefined();
    server = () => Promise.resolve(served({ type: 'directory', content: [] }));
    await ask({ ...LISTING, key });
    expect(await cache.match(key)).toBeDefined();
  });

  test('about one file is what its folder’s listing says of it', async () => {
    const folder = `${SCOPE}api/contents/a%20folder`;
    const model = { name: 'b c.ipynb', type: 'notebook', content: null };
    await cache.put(`${folder}?content=1`, Response.json({ type: 'directory', content: [model] }));
    server = away;
    expect(await (await ask({ ...LISTING, key: `${folder}/b%20c.ipynb?content=0` })).json()).toEqual(model);
    await expect(ask({ ...LISTING, key: `${folder}/other?content=0` })).rejects.toThrow('Failed to fetch');
  });

  test('about the settings of one plugin is in the list of all', async () => {
    const settings = [{ id: '@jupyterlab/notebook-extension:panel', raw: '{}' }];
    await cache.put(KEY, Response.json({ settings }));
    server = away;
    const key = `${KEY}/${encodeURIComponent('@jupyterlab')}/${encodeURIComponent('notebook-extension:panel')}`;
    expect(await (await ask({ ...ANSWER, key })).json()).toEqual(settings[0]);
  });

  test('about the layout is what the page put there last, sent or not', async () => {
    const key = `${SCOPE}lab/api/workspaces/default`;
    server = away;
    const request = new Request(key, { method: 'PUT', body: '{"data":{}}' });
    expect((await ask({ kind: 'layout', key }, 'client', request)).status).toBe(204);
    expect(await (await ask({ ...ANSWER, key })).json()).toEqual({ data: {} });
    server = () => Promise.resolve(served('forbidden', 403));
    expect((await ask({ kind: 'layout', key }, 'client', request)).status).toBe(403);
  });

  test('is the kept page where the server cannot be reached; nothing runs for it, and other pages are not told so', async () => {
    server = away;
    const html = await (await ask(PAGE, 'opened-offline')).text();
    expect(html).toContain('"treePath":"a.ipynb"');
    expect(await (await ask({ kind: 'running' }, 'opened-offline')).json()).toEqual([]);
    await expect(ask({ kind: 'running' }, 'opened-online')).rejects.toThrow('Failed to fetch');
  });

  test('is not waited for longer than people do', async () => {
    server = () => new Promise(() => undefined);
    answers = new Answers(
      cache,
      new KernelFiles(SCOPE, caches.storage, fetch),
      () => server(),
      () => Promise.resolve(),
    );
    expect(await (await ask(PAGE)).text()).toContain('inTheLoopOffline');
  });
});
