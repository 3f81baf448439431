import type { LoadOptions } from '../../../../kernel-bridge/hosted/pyodide/pyodide.ts';

/** Where Pyodide itself is published: its index of packages is that of the distribution. */
const PUBLISHED = 'https://cdn.jsdelivr.net/pyodide/';

/**
 * Options with an index of packages that can be had. Pyodide does not start without its index; a Python without packages is
 * worth more than none, and what is published elsewhere is not asked for before a package is wanted.
 */
export async function withIndex(options: LoadOptions): Promise<LoadOptions> {
  const { lockFileURL, ...others } = options;
  if (lockFileURL === undefined || lockFileURL.startsWith(PUBLISHED)) return others;
  if (new URL(lockFileURL).origin === location.origin) return options;
  // From the browser's own cache a moment later, when Pyodide asks for it.
  const isThere = await fetch(lockFileURL).then(
    ({ ok }) => ok,
    () => false,
  );
  return isThere ? options : others;
}
