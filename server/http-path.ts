/**
 * What answers at a path: the JSON API, a file of the person's shown with no rights of our pages (sandboxed), or a page.
 * It decides the form of errors, the Content-Security-Policy, and which cross-site checks apply.
 */
export type PathKind = 'api' | 'sandboxed' | 'page';

// These live under /api but are no API handlers in Jupyter: their errors are pages, and GETs lead to the login.
const PAGES_UNDER_API =
  /^\/(?:api\/(?:spec\.yaml|shutdown|events\/subscribe)$|api\/kernels\/[^/]+\/channels$|lab\/api\/themes\/)/i;
// Case counts here: a file of the name TRUST is contents like any other, and guarded as the API is.
const CONTENTS_PAGES = /^\/api\/(?:notebooks(?:\/.*)?|contents\/(?:.*\/)?trust)$/;
const API = /^\/(?:lab\/)?api(?:\/|$)|^\/lsp\//i;
const SANDBOXED = /^\/(?:files|nbconvert)(?:\/|$)/i;

/** @param path without the base URL, percent-encoded. Case is ignored because routers ignore it. */
export function pathKind(path: string): PathKind {
  if (API.test(path)) return PAGES_UNDER_API.test(path) || CONTENTS_PAGES.test(path) ? 'page' : 'api';
  return SANDBOXED.test(path) ? 'sandboxed' : 'page';
}

/** The request target's path after the base URL, starting with `/`; null where it lies outside. */
export function pathInside(baseUrl: string, path: string): string | null {
  return path.startsWith(baseUrl) ? path.slice(baseUrl.length - 1) : null;
}
