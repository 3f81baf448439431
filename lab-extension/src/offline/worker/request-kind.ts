import { HOST_FILES_PATH } from '../../../../server/wire/browser-runtime.ts';
import { PACKAGES_PATH } from '../../../../server/wire/browser-runtime-files.ts';

/** What the worker does with a request; everything that is none of these goes past it, as if it were not there. */
export type RequestKind =
  /** A page of a front-end: from the network, else from the kept page of the same kind. */
  | { readonly kind: 'page'; readonly page: PageKind; readonly path: string }
  /** Its name changes with its content: kept is as good as fetched. */
  | { readonly kind: 'unchanging'; readonly key: string }
  /** Of kernels that run in pages: kept once it was used. */
  | { readonly kind: 'kernel-file'; readonly key: string }
  /** From the network, else what came last. */
  | { readonly kind: 'answer'; readonly key: string; readonly isListing: boolean }
  /** Which documents are where on the screen; what is kept of it is what the page put there last. */
  | { readonly kind: 'layout'; readonly key: string }
  /** What runs on the server, of which nothing can be said without it. */
  | { readonly kind: 'running' };

/** Those with a template of their own. */
export type PageKind = 'lab' | 'tree' | 'notebooks' | 'edit';

/** A build's own file: `main.efd36b46f3b45eb8.js`. */
const CONTENT_HASH = /(?:^|[.-])[0-9a-f]{16,64}\.[^/]+$/;
/** Beside the server's listings and settings, what JupyterLab and Notebook ask for before they show anything. */
const ANSWERS =
  /^(?:api\/(?:me|kernelspecs|nbconvert|config\/[^/]+)|lab\/api\/(?:settings|workspaces|translations|themes)(?:\/.*)?|custom\/custom\.css|kernelspecs\/.+|lsp\/status)$/;
const LAYOUT = /^lab\/api\/workspaces\/[^/]+$/;
const RUNNING = /^api\/(?:sessions|kernels|terminals)$/;
const LISTING = /^api\/contents(?:\/.*)?$/;
const NO_LISTING = /\/(?:checkpoints(?:\/.*)?|trust)$/;

interface AskedFor {
  readonly method: string;
  /** `navigate` for a page. */
  readonly mode: string;
  readonly url: string;
  readonly headers: { has(name: string): boolean };
}

/**
 * @param scope the base URL with its origin
 * @returns null for what the worker leaves alone. The key is a URL without anything secret, and without time stamps.
 */
export function requestKind(request: AskedFor, scope: string): RequestKind | null {
  const { url, method } = request;
  if ((method !== 'GET' && method !== 'PUT') || request.headers.has('range') || !url.startsWith(scope))
    return null;
  const { pathname, searchParams } = new URL(url);
  const kernelFile = kernelFileKind(request, scope, pathname);
  if (kernelFile !== null) return kernelFile;
  if (request.mode === 'navigate' && method === 'GET')
    return pageKind(pathname.slice(new URL(scope).pathname.length));
  const path = canonicalPath(pathname.slice(new URL(scope).pathname.length));
  // What carries its token in the address would have to be kept under it.
  if (path === null || searchParams.has('token')) return null;
  if (method === 'PUT') return LAYOUT.test(path) ? { kind: 'layout', key: scope + path } : null;
  if (/^static\/|^lab\/extensions\//.test(path))
    return CONTENT_HASH.test(path)
      ? { kind: 'unchanging', key: scope + path }
      : { kind: 'answer', key: scope + path, isListing: false };
  if (RUNNING.test(path)) return { kind: 'running' };
  if (ANSWERS.test(path)) {
    const ids = searchParams.get('ids_only') === 'true' ? '?ids_only=true' : '';
    return { kind: 'answer', key: scope + path + ids, isListing: false };
  }
  if (LISTING.test(path) && !NO_LISTING.test(path) && isAboutNames(searchParams))
    return {
      kind: 'answer',
      key: `${scope}${path}?content=${searchParams.get('content') === '0' ? '0' : '1'}`,
      isListing: true,
    };
  return null;
}

/** The frame that they run in is one of them, and no page of a front-end. */
function kernelFileKind({ method }: AskedFor, scope: string, pathname: string): RequestKind | null {
  const path = canonicalPath(pathname.slice(new URL(scope).pathname.length));
  const isOne = method === 'GET' && (path?.startsWith(HOST_FILES_PATH) || path?.startsWith(PACKAGES_PATH));
  return isOne ? { kind: 'kernel-file', key: `${scope}${path}` } : null;
}

/** `@` and `%40` are one file to the server. Null for what is no path to it either. */
export function canonicalPath(path: string): string | null {
  try {
    return path
      .split('/')
      .map((name) => encodeURIComponent(decodeURIComponent(name)))
      .join('/');
  } catch {
    // The server answers that it is malformed.
    return null;
  }
}

/** What is in files is no business of the worker's; shared documents are kept by the page itself. */
function isAboutNames(search: URLSearchParams): boolean {
  const type = search.get('type');
  return search.get('content') === '0' || type === null || type === 'directory';
}

function pageKind(path: string): RequestKind | null {
  if (/^(?:lab|doc)(?:\/(?!api\/|extensions\/).*)?$/.test(path)) return { kind: 'page', page: 'lab', path };
  const notebook = /^(tree|notebooks|edit)(?:\/.*)?$/.exec(path);
  if (notebook !== null) return { kind: 'page', page: notebook[1] as PageKind, path };
  // The server sends it on to JupyterLab.
  return path === '' ? { kind: 'page', page: 'lab', path: 'lab' } : null;
}
