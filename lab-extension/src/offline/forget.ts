import { cachePrefix, databaseName, SIGNED_OUT } from './offline-names.ts';

// Run by the page that says that one is logged out: nothing of this server's stays in the browser.

/** Resolves also where a tab holds the database open: the tab closes it when it hears of this, and it goes then. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

async function forget(baseUrl: string): Promise<void> {
  new BroadcastChannel(databaseName(baseUrl)).postMessage(SIGNED_OUT);
  // There are no workers and no caches on plain http.
  const registration = await navigator.serviceWorker?.getRegistration(baseUrl);
  if (registration !== undefined && new URL(registration.scope).pathname === baseUrl)
    await registration.unregister();
  if ('caches' in window)
    for (const name of await caches.keys())
      if (name.startsWith(cachePrefix(baseUrl))) await caches.delete(name);
  await deleteDatabase(databaseName(baseUrl));
  document.documentElement.dataset['forgotten'] = 'true';
}

const script = document.currentScript as HTMLScriptElement | null;
if (script !== null) void forget(new URL('.', script.src).pathname);
