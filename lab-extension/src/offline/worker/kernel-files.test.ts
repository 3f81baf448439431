import { beforeEach, describe, expect, test } from 'vitest';
import { KernelFiles, kernelFilesCache } from './kernel-files.ts';
import { MemoryCaches } from './memory-caches.ts';

const SCOPE = 'http://127.0.0.1:8888/';
const at = (folder: string, file: string): string => `${SCOPE}in-the-loop/browser-runtime/${folder}/${file}`;
const OLD = 'pyodide-0000000000000000';
const NEW = 'pyodide-1111111111111111';
const WASM = at(OLD, 'pyodide.asm.wasm');

describe('what kernels in pages are made of', () => {
  let caches: MemoryCaches;
  let asked: string[];
  let status: number;
  let files: KernelFiles;

  async function ask(url: string): Promise<string> {
    const kept: Promise<unknown>[] = [];
    const request = new Request(url);
    const response = await files.answer({ request, waitUntil: (each) => void kept.push(each) }, url);
    const text = await response.text();
    await Promise.all(kept);
    return text;
  }

  beforeEach(() => {
    [caches, asked, status] = [new MemoryCaches(), [], 200];
    files = new KernelFiles(SCOPE, caches.storage, ((request: Request) => {
      asked.push(request.url);
      const answer = (): Response => {
        const response = new Response(`bytes of ${request.url}`, { status });
        // What a server's own answer is to a service worker.
        Object.defineProperty(response, 'type', { value: 'basic' });
        Object.defineProperty(response, 'clone', { value: answer });
        return response;
      };
      return Promise.resolve(answer());
    }) as typeof fetch);
  });

  test('is fetched once, also for the next life of the worker', async () => {
    expect(await ask(WASM)).toBe(`bytes of ${WASM}`);
    files = new KernelFiles(SCOPE, caches.storage, () => Promise.reject(new TypeError('Failed to fetch')));
    expect(await ask(WASM)).toBe(`bytes of ${WASM}`);
    expect(asked).toEqual([WASM]);
  });

  test('is fetched anew where what is kept is not what came', async () => {
    await ask(WASM);
    const cache = await caches.open(kernelFilesCache(SCOPE));
    await cache.put(WASM, new Response('byt'));
    expect(await ask(WASM)).toBe(`bytes of ${WASM}`);
    expect(asked).toEqual([WASM, WASM]);
    await ask(WASM);
    expect(asked).toHaveLength(2);
  });

  test('is not kept where it is an error', async () => {
    status = 404;
    await ask(WASM);
    await ask(WASM);
    expect(asked).toHaveLength(2);
  });

  test('goes when another version of the same is used; other things stay', async () => {
    const host = at('host-2222222222222222', 'host.html');
    for (const url of [WASM, host, at(NEW, 'pyodide.asm.wasm')]) await ask(url);
    asked.length = 0;
    await ask(host);
    expect(asked).toEqual([]);
    await ask(WASM);
    expect(asked).toEqual([WASM]);
  });
});
