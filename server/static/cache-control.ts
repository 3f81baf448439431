const IMMUTABLE = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';

// What bundlers put into names: `main.efd36b46f3b45eb8.js`, `remoteEntry.5cbb9d2323598fbda535.js`, `0031b1860ea4ad75.woff`.
const CONTENT_HASH = /(?:^|[.-])[0-9a-f]{16,64}\.[^/]+$/;

/**
 * How long a browser may keep a static file without asking. Jupyter also keeps unhashed files of extensions for a
 * year, which hides an upgrade of `style.js`; those are asked for again here, which costs one 304.
 * @param version the request's `?v=`, which changes with the content.
 */
export function cacheControlOf(path: string, version: string | undefined): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (version !== undefined && version !== '') || CONTENT_HASH.test(name) ? IMMUTABLE : REVALIDATE;
}
