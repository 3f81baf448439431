// What the page, the service worker and the log-out page agree on. A browser keeps databases and caches for an origin,
// which several servers may share under different base URLs, so each name holds the base URL.

/** The worker's file below the base URL; its folder is as far as it may reach. */
export const WORKER_FILE = 'in-the-loop-worker.js';

/** What the worker may keep, asked below the base URL. */
export const KEPT_FILES_API = 'api/in-the-loop/v1/offline';

/** @param baseUrl the path alone, starting and ending with `/` */
export function cachePrefix(baseUrl: string): string {
  return `in-the-loop:${baseUrl}:`;
}

export function databaseName(baseUrl: string): string {
  return `in-the-loop:${baseUrl}`;
}

/** What kernels in pages said that the server does not have. */
export function hostDatabaseName(baseUrl: string): string {
  return `in-the-loop:browser-host:${baseUrl}`;
}

/** Said on the channel that is named as the database is: other tabs stop using it, too. */
export const SIGNED_OUT = 'signed-out';
