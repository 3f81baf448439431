import type { BuildCache } from './build-cache.ts';
import type { KernelFiles } from './kernel-files.ts';
import { pageAt } from './offline-page.ts';
import type { RequestKind } from './request-kind.ts';
import type { WorkerFetchEvent } from './worker-scope.ts';

/** A proxy says so in the place of a server that is away. */
const GATEWAY_FAILURES: ReadonlySet<number> = new Set([502, 504]);
/** What is not begun to be answered by then, is looked for in the cache: some networks swallow without a word. */
const LONGEST_WAIT = 10_000;
/** Pages that opened without a server; more have never been open at once, and forgetting one is harmless. */
const MOST_PAGES = 100;

/** Answers what requests ask for: from the server where it can be reached. */
export class Answers {
  readonly #openedOffline = new Set<string>();

  constructor(
    private readonly cache: BuildCache,
    private readonly kernelFiles: KernelFiles,
    private readonly get: typeof fetch,
    private readonly wait: (milliseconds: number) => Promise<void>,
  ) {}

  answer(event: WorkerFetchEvent, kind: RequestKind): Promise<Response> {
    switch (kind.kind) {
      case 'page':
        return this.#page(event, kind);
      case 'kernel-file':
        return this.kernelFiles.answer(event, kind.key);
      case 'unchanging':
        return this.#unchanging(event.request, kind.key);
      case 'answer':
        return this.#answer(event, kind);
      case 'layout':
        return this.#layout(event, kind.key);
      case 'running':
        return this.#running(event);
    }
  }

  async #page(
    { request, resultingClientId }: WorkerFetchEvent,
    { page, path }: Extract<RequestKind, { kind: 'page' }>,
  ): Promise<Response> {
    return this.#fromServer(request, async () => {
      const html = await this.cache.page(page);
      if (html === null) return undefined;
      if (this.#openedOffline.size >= MOST_PAGES) this.#openedOffline.clear();
      this.#openedOffline.add(resultingClientId);
      return new Response(pageAt(html, path), { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
    });
  }

  async #unchanging(request: Request, key: string): Promise<Response> {
    return (await this.cache.match(key)) ?? this.get(request);
  }

  async #answer(
    event: WorkerFetchEvent,
    { key, isListing }: Extract<RequestKind, { kind: 'answer' }>,
  ): Promise<Response> {
    const response = await this.#fromServer(
      event.request,
      async () =>
        (await this.cache.match(key)) ?? (isListing ? this.#fromListing(key) : this.#fromSettings(key)),
      (fresh) => {
        if (!fresh.ok || fresh.redirected || fresh.type !== 'basic') return;
        const copy = fresh.clone();
        event.waitUntil(isListing ? this.#keepListing(key, copy) : this.cache.put(key, copy));
      },
    );
    return response;
  }

  /** A page that is reloaded without a server has its documents where they were. The server is told at the next change. */
  async #layout(event: WorkerFetchEvent, key: string): Promise<Response> {
    const layout = await event.request.clone().text();
    const headers = { 'Content-Type': 'application/json' };
    event.waitUntil(this.cache.put(key, new Response(layout, { headers })));
    return this.#fromServer(event.request, () => Promise.resolve(new Response(null, { status: 204 })));
  }

  /** A page that opened without a server starts with nothing running; one that is open keeps what it knows. */
  async #running({ request, clientId }: WorkerFetchEvent): Promise<Response> {
    return this.#fromServer(request, () =>
      Promise.resolve(this.#openedOffline.has(clientId) ? Response.json([]) : undefined),
    );
  }

  async #keepListing(key: string, response: Response): Promise<void> {
    const model = (await response.clone().json()) as { type?: unknown; content?: unknown };
    if (model.type === 'directory' || model.content === null) await this.cache.put(key, response);
  }

  /** The settings of one plugin are asked for when its first widget opens, and are in the list of all. */
  async #fromSettings(key: string): Promise<Response | undefined> {
    const [base, id] = key.split('/lab/api/settings/');
    if (base === undefined || id === undefined) return undefined;
    const list = await this.cache.match(`${base}/lab/api/settings`);
    if (list === undefined) return undefined;
    const { settings } = (await list.json()) as { settings: readonly { readonly id: string }[] };
    const found = settings.find((each) => each.id === decodeURIComponent(id));
    return found === undefined ? undefined : Response.json(found);
  }

  /** What a folder's listing says of a name in it: JupyterLab asks for that before it opens anything. */
  async #fromListing(key: string): Promise<Response | undefined> {
    const { origin, pathname, search } = new URL(key);
    const slash = pathname.lastIndexOf('/');
    const listing = await this.cache.match(`${origin}${pathname.slice(0, slash)}?content=1`);
    if (listing === undefined || search !== '?content=0') return undefined;
    const { content } = (await listing.json()) as { content: readonly { readonly name: string }[] };
    const name = decodeURIComponent(pathname.slice(slash + 1));
    const model = content.find((entry) => entry.name === name);
    return model === undefined ? undefined : Response.json(model);
  }

  /** @param kept what is answered where the server cannot be reached; undefined leaves it at the failure */
  async #fromServer(
    request: Request,
    kept: () => Promise<Response | undefined>,
    onAnswer: (response: Response) => void = () => undefined,
  ): Promise<Response> {
    const asked = this.get(request).then((response) => {
      onAnswer(response);
      return response;
    });
    // Whoever loses the race must not end as an unhandled rejection.
    asked.catch(() => undefined);
    const first = await Promise.race([asked.catch(() => null), this.wait(LONGEST_WAIT).then(() => null)]);
    if (first !== null && !GATEWAY_FAILURES.has(first.status)) return first;
    return (await kept()) ?? asked;
  }
}
