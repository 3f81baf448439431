import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request's Origin is this server itself or not stated. Scripts state none; a browser does for everything
 * that could change something. The scheme is not compared, because a proxy may have ended TLS before us.
 */
export function isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  return origin === undefined || host === undefined || hostOf(origin) === host.toLowerCase();
}

/** Whether the browser says, in a header that no page can forge, that the request comes from our own pages. */
export function statesOwnOrigin(headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined && isOwnOrigin(headers);
}

export function hasOwnReferer({ referer, host }: IncomingHttpHeaders): boolean {
  return referer !== undefined && host !== undefined && hostOf(referer) === host.toLowerCase();
}

function hostOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1]?.toLowerCase() ?? '';
}
