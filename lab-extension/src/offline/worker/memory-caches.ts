/** A double for tests: a browser’s caches in memory, as far as our service worker uses them. */
export class MemoryCaches {
  readonly #caches = new Map<string, MemoryCache>();

  get storage(): CacheStorage {
    return this as unknown as CacheStorage;
  }

  has(name: string): Promise<boolean> {
    return Promise.resolve(this.#caches.has(name));
  }

  open(name: string): Promise<MemoryCache> {
    const cache = this.#caches.get(name) ?? new MemoryCache();
    this.#caches.set(name, cache);
    return Promise.resolve(cache);
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.#caches.keys()]);
  }

  delete(name: string): Promise<boolean> {
    return Promise.resolve(this.#caches.delete(name));
  }
}

class MemoryCache {
  readonly #entries = new Map<string, Response>();

  match(request: string | { readonly url: string }): Promise<Response | undefined> {
    return Promise.resolve(this.#entries.get(typeof request === 'string' ? request : request.url)?.clone());
  }

  put(key: string, response: Response): Promise<void> {
    this.#entries.set(key, response);
    return Promise.resolve();
  }

  keys(): Promise<{ readonly url: string }[]> {
    return Promise.resolve([...this.#entries.keys()].map((url) => ({ url })));
  }

  delete(request: { readonly url: string }): Promise<boolean> {
    return Promise.resolve(this.#entries.delete(request.url));
  }
}
