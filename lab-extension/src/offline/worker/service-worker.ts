import { Answers } from './answers.ts';
import { BuildCache } from './build-cache.ts';
import type { FrontEnd } from './build-cache.ts';
import { KernelFiles } from './kernel-files.ts';
import { requestKind } from './request-kind.ts';
import type { WorkerScope } from './worker-scope.ts';

// JupyterLab without its server: what it needs to start is kept, and given out where the server cannot be reached.
// docs/offline.md says what is kept, and what never is.
const scope = self as unknown as WorkerScope;
const base = scope.registration.scope;
const get: typeof fetch = (...parameters) => fetch(...parameters);
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const cache = new BuildCache(base, scope.caches, get);
const answers = new Answers(cache, new KernelFiles(base, scope.caches, get), get, wait);
/** The page that just opened comes first. */
const PAUSE_BEFORE_REFRESH = 3_000;
let refreshing: Promise<void> | null = null;

/** Once for all that ask for it meanwhile. */
function refresh(used: FrontEnd): Promise<void> {
  return (refreshing ??= refreshNow(used).finally(() => {
    refreshing = null;
  }));
}

async function refreshNow(used: FrontEnd): Promise<void> {
  await wait(PAUSE_BEFORE_REFRESH);
  let problem: string | null = null;
  try {
    if ((await cache.refresh(used)) === 'gone') {
      await cache.deleteAll();
      await scope.registration.unregister();
    }
  } catch (error) {
    // What was kept before still is. That there is no network (a TypeError, by the standard of `fetch`) is no news.
    if (!(error instanceof TypeError)) problem = error instanceof Error ? error.message : String(error);
  }
  await tell(problem);
}

async function tell(problem: string | null): Promise<void> {
  const opensOffline = (await cache.current()) !== null;
  for (const client of await scope.clients.matchAll({ includeUncontrolled: true }))
    if (client.url.startsWith(base)) client.postMessage({ type: 'in-the-loop:kept', opensOffline, problem });
}

scope.addEventListener('install', (event) => {
  event.waitUntil(scope.skipWaiting());
  // Of JupyterLab's files one build has some hundred, which need not wait for one another in this worker: where the browser can,
  // it takes them from the network or from here, whichever is first. They are the same.
  const { pathname } = new URL(base);
  for (const files of ['static/*', 'lab/extensions/*'])
    void event.addRoutes?.({
      condition: { urlPattern: { pathname: pathname + files } },
      source: 'race-network-and-fetch-handler',
    });
});
scope.addEventListener('activate', (event) => {
  event.waitUntil(scope.clients.claim());
});
scope.addEventListener('message', (event) => {
  const { type, frontEnd } = event.data as { readonly type?: string; readonly frontEnd?: FrontEnd };
  if (type === 'in-the-loop:opened' && frontEnd !== undefined)
    event.waitUntil(Promise.all([tell(null), refresh(frontEnd)]));
});
scope.addEventListener('fetch', (event) => {
  const kind = requestKind(event.request, base);
  if (kind === null) return;
  event.respondWith(answers.answer(event, kind));
  // Also where no page of ours asks: the next server at this address may be another, which wants no worker.
  if (kind.kind === 'page') event.waitUntil(refresh(kind.page === 'lab' ? 'lab' : 'notebook'));
});
