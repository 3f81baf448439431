import { cachePrefix, KEPT_FILES_API } from '../offline-names.ts';
import { kernelFilesCache } from './kernel-files.ts';
import { pageToKeep } from './offline-page.ts';
import { canonicalPath } from './request-kind.ts';
import type { PageKind } from './request-kind.ts';

export type FrontEnd = 'lab' | 'notebook';

/** What the server says that belongs to it, as it is built, installed and configured now. */
interface Build {
  readonly build: string;
  /** Below the base URL, percent-encoded. */
  readonly files: Readonly<Record<FrontEnd, readonly string[]>>;
}

/** Where a page of each kind is to be had, whatever files there are. */
const PAGES: Readonly<Record<FrontEnd, Readonly<Partial<Record<PageKind, string>>>>> = {
  lab: { lab: 'lab' },
  notebook: { tree: 'tree', notebooks: 'notebooks/Untitled.ipynb', edit: 'edit/untitled.txt' },
};
const FRONT_ENDS = ['lab', 'notebook'] as const;
/** What depends on the build among the answers; the others are kept as pages ask for them. */
const ANSWERS = [
  'api/me',
  'api/kernelspecs',
  'api/contents?content=1',
  'lab/api/settings',
  'lab/api/settings?ids_only=true',
  'lab/api/workspaces',
  'lab/api/workspaces/default',
  'lab/api/translations',
  'lab/api/translations/default',
  'custom/custom.css',
];
const AT_ONCE = 6;
/** Listings of folders are the only thing that grows with use. */
const MOST_LISTINGS = 500;
const UNCHANGING = /[.-]([0-9a-f]{16,64})\.[^/]+$/;

/**
 * The caches of one server. A cache holds one build, whole, and is shown only then: a page of one build with scripts or
 * settings of another would be worse than none.
 */
export class BuildCache {
  readonly #prefix: string;
  #current: Promise<Cache | null> | null = null;

  /**
   * @param scope the base URL with its origin
   * @param get `fetch`, with the cookies of the person and no token
   */
  constructor(
    private readonly scope: string,
    private readonly caches: CacheStorage,
    private readonly get: typeof fetch,
  ) {
    this.#prefix = cachePrefix(new URL(scope).pathname);
  }

  async match(key: string): Promise<Response | undefined> {
    return (await this.current())?.match(key, { ignoreVary: true });
  }

  async put(key: string, response: Response): Promise<void> {
    await (await this.current())?.put(key, response);
  }

  async page(kind: PageKind): Promise<string | null> {
    return (await (await this.match(this.#pageKey(kind)))?.text()) ?? null;
  }

  /** The build that is kept whole; null before there is one. */
  current(): Promise<Cache | null> {
    return (this.#current ??= this.#findCurrent());
  }

  /**
   * Brings what is kept to the build that the server has now; what had come before an interruption is not fetched again.
   * @param used the front-end that is open; others that were kept before are kept on
   * @returns `gone` where the server does not want anything kept (any more)
   * @throws what `fetch` and the browser's storage throw (quota), with the build before left as it was
   */
  async refresh(used: FrontEnd): Promise<'kept' | 'gone' | 'unreachable'> {
    const answer = await this.get(this.scope + KEPT_FILES_API, {
      cache: 'no-store',
      credentials: 'same-origin',
    });
    if (answer.status === 404) return 'gone';
    if (!answer.ok || answer.redirected) return 'unreachable';
    const { build, files } = (await answer.json()) as Build;
    const name = `${this.#prefix}build-${build}`;
    const before = await this.current();
    const isSame = before !== null && (await this.#currentName()) === name;
    const cache = await this.caches.open(name);
    for (const frontEnd of FRONT_ENDS) {
      if (frontEnd !== used && (await before?.match(this.#wholeKey(frontEnd))) === undefined) continue;
      if ((await cache.match(this.#wholeKey(frontEnd))) !== undefined) continue;
      if (!(await this.#keepFrontEnd(cache, before, frontEnd, files[frontEnd]))) return 'unreachable';
    }
    if (isSame) {
      await this.#dropOldListings(cache);
      return 'kept';
    }
    if (before !== null) await this.#keepListings(cache, before);
    await (await this.caches.open(`${this.#prefix}state`)).put(this.#stateKey, new Response(name));
    this.#current = Promise.resolve(cache);
    await this.#deleteExcept(new Set([name, `${this.#prefix}state`, kernelFilesCache(this.scope)]));
    return 'kept';
  }

  async deleteAll(): Promise<void> {
    this.#current = Promise.resolve(null);
    await this.#deleteExcept(new Set());
  }

  /** @returns false where its pages are not given out: nobody is logged in */
  async #keepFrontEnd(
    cache: Cache,
    before: Cache | null,
    frontEnd: FrontEnd,
    files: readonly string[],
  ): Promise<boolean> {
    const had = new Set((await cache.keys()).map(({ url }) => url));
    const missing = files
      .map(canonicalPath)
      .filter((path) => path !== null)
      .filter((path) => !had.has(this.scope + path));
    await eachOf(missing, (path) => this.#keepFile(cache, before, path));
    await eachOf(ANSWERS, (path) => this.#keep(cache, this.scope + path, this.scope + path));
    for (const [kind, path] of Object.entries(PAGES[frontEnd]))
      if (!(await this.#keepPage(cache, kind as PageKind, path))) return false;
    await cache.put(this.#wholeKey(frontEnd), new Response('whole'));
    return true;
  }

  async #keepFile(cache: Cache, before: Cache | null, path: string): Promise<void> {
    const url = this.scope + path;
    const hash = UNCHANGING.exec(path)?.[1];
    const old = hash === undefined ? undefined : await before?.match(url, { ignoreVary: true });
    if (old !== undefined) return cache.put(url, old);
    // The address under which JupyterLab itself asked for it, so that the browser need not load it twice.
    const asked = hash !== undefined && path.startsWith('static/') ? `${url}?v=${hash}` : url;
    await this.#keep(cache, url, asked);
  }

  async #keep(cache: Cache, key: string, url: string): Promise<void> {
    const response = await this.get(url, { credentials: 'same-origin' });
    // A file that was removed meanwhile, a page for logging in: nothing to keep.
    if (response.ok && !response.redirected) await cache.put(key, response);
  }

  async #keepPage(cache: Cache, kind: PageKind, path: string): Promise<boolean> {
    const response = await this.get(this.scope + path, {
      cache: 'no-store',
      credentials: 'same-origin',
      headers: { Accept: 'text/html' },
    });
    if (!response.ok || response.redirected) return false;
    const html = pageToKeep(await response.text());
    const headers = { 'Content-Type': 'text/html; charset=utf-8' };
    if (html !== null) await cache.put(this.#pageKey(kind), new Response(html, { headers }));
    return html !== null;
  }

  async #keepListings(cache: Cache, before: Cache): Promise<void> {
    for (const request of await before.keys()) {
      if (!isListing(request.url) || (await cache.match(request.url)) !== undefined) continue;
      const response = await before.match(request, { ignoreVary: true });
      if (response !== undefined) await cache.put(request.url, response);
    }
  }

  async #dropOldListings(cache: Cache): Promise<void> {
    const listings = (await cache.keys()).filter(({ url }) => isListing(url));
    for (const request of listings.slice(0, -MOST_LISTINGS)) await cache.delete(request);
  }

  async #findCurrent(): Promise<Cache | null> {
    const name = await this.#currentName();
    return name !== null && (await this.caches.has(name)) ? this.caches.open(name) : null;
  }

  async #currentName(): Promise<string | null> {
    const state = `${this.#prefix}state`;
    if (!(await this.caches.has(state))) return null;
    return (await (await (await this.caches.open(state)).match(this.#stateKey))?.text()) ?? null;
  }

  async #deleteExcept(names: ReadonlySet<string>): Promise<void> {
    for (const name of await this.caches.keys())
      if (name.startsWith(this.#prefix) && !names.has(name)) await this.caches.delete(name);
  }

  #wholeKey(frontEnd: FrontEnd): string {
    return `${this.scope}?whole=${frontEnd}`;
  }

  #pageKey(kind: PageKind): string {
    return `${this.scope}${kind}?kept-page`;
  }

  get #stateKey(): string {
    return `${this.scope}?current-build`;
  }
}

function isListing(url: string): boolean {
  return /\/api\/contents[/?]/.test(url);
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
