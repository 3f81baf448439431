import { cachePrefix } from '../offline-names.ts';

/**
 * What kernels in pages are made of: kept once it was used, since its address changes with its content. Each file's hash is
 * kept with it, and asked each time: a disk that lost some of it makes no kernel that fails strangely.
 */
export class KernelFiles {
  readonly #name: string;

  /** @param scope the base URL with its origin */
  constructor(
    scope: string,
    private readonly caches: CacheStorage,
    private readonly get: typeof fetch,
  ) {
    this.#name = kernelFilesCache(scope);
  }

  /** From the cache; else from the server, and kept behind whoever asks. */
  async answer(
    event: { readonly request: Request; waitUntil(promise: Promise<unknown>): void },
    key: string,
  ): Promise<Response> {
    const kept = await this.#kept(key);
    if (kept !== null) return kept;
    const response = await this.get(event.request);
    if (response.ok && !response.redirected && response.type === 'basic')
      // Where there is no room, it is asked for again the next time.
      event.waitUntil(this.#keep(key, response.clone()).catch(() => undefined));
    return response;
  }

  async #kept(key: string): Promise<Response | null> {
    if (!(await this.caches.has(this.#name))) return null;
    const cache = await this.caches.open(this.#name);
    const [kept, hash] = await Promise.all([cache.match(key, ANY), cache.match(hashKey(key))]);
    if (kept === undefined || hash === undefined) return null;
    try {
      return (await hashOf(await kept.clone().arrayBuffer())) === (await hash.text()) ? kept : null;
    } catch {
      return null; // It cannot be read any more.
    }
  }

  async #keep(key: string, response: Response): Promise<void> {
    const cache = await this.caches.open(this.#name);
    const hash = await hashOf(await response.clone().arrayBuffer());
    await cache.put(key, response);
    await cache.put(hashKey(key), new Response(hash));
    for (const request of await cache.keys()) if (isOlder(request.url, key)) await cache.delete(request, ANY);
  }
}

/** It stays when another build of the pages takes the place of the one before. */
export function kernelFilesCache(scope: string): string {
  return `${cachePrefix(new URL(scope).pathname)}kernels`;
}

const ANY = { ignoreVary: true } as const;
/** `…/browser-runtime/pyodide-0123456789abcdef/…`: what it is, and of which version. */
const FOLDER = /^(.*\/in-the-loop\/browser-[a-z]+\/[a-z]+)-([0-9a-f]{16})\//;

function isOlder(url: string, key: string): boolean {
  const [there, now] = [FOLDER.exec(url), FOLDER.exec(key)];
  return there !== null && now !== null && there[1] === now[1] && there[2] !== now[2];
}

function hashKey(key: string): string {
  return `${key}?sha256`;
}

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
