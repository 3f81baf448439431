import { keepOnlyLeftBehind, type LeftBehind } from './left-behind.ts';
import { cachePrefix, databaseName, hostDatabaseName, SIGNED_OUT } from './offline-names.ts';
import { OfflineDatabase } from './storage/database.ts';

// Run by the page that says that one is logged out: nothing of this server's stays in the browser, but for changes that
// would be lost with it: the page tells of them, and keeps them until somebody says so.

/** Resolves also where a tab holds the database open: the tab closes it when it hears of this, and it goes then. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

async function forget(baseUrl: string): Promise<void> {
  const name = databaseName(baseUrl);
  // There are no workers and no caches on plain http.
  const registration = await navigator.serviceWorker?.getRegistration(baseUrl);
  if (registration !== undefined && new URL(registration.scope).pathname === baseUrl)
    await registration.unregister();
  if ('caches' in window)
    for (const cache of await caches.keys())
      if (cache.startsWith(cachePrefix(baseUrl))) await caches.delete(cache);
  const database = new OfflineDatabase(name, globalThis.indexedDB);
  await deleteDatabase(hostDatabaseName(baseUrl));
  const left = await keepOnlyLeftBehind(database);
  database.close();
  if (left.changes === 0) await forgetDocuments(name);
  else warn(left, () => void forgetDocuments(name));
}

async function forgetDocuments(name: string): Promise<void> {
  new BroadcastChannel(name).postMessage(SIGNED_OUT);
  await deleteDatabase(name);
  document.documentElement.dataset['forgotten'] = 'true';
}

/** The page was made for everybody who logs out: what only this browser knows is added to it. */
function warn({ changes, paths }: LeftBehind, remove: () => void): void {
  const told = document.createElement('p');
  told.className = 'bad';
  told.setAttribute('role', 'alert');
  told.textContent =
    `${changes === 1 ? '1 change that the server does not have is' : `${changes} changes that the server does not have are`} ` +
    `still in this browser: ${paths.map((path) => `“${path}”`).join(', ')}. Log in again to send them.`;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Delete them from this browser';
  button.addEventListener('click', () => {
    remove();
    told.textContent = 'They are deleted.';
    button.remove();
  });
  document.querySelector('main')?.append(told, button);
}

const script = document.currentScript as HTMLScriptElement | null;
if (script !== null) void forget(new URL('.', script.src).pathname);
