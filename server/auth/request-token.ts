import { createHash, timingSafeEqual } from 'node:crypto';

const AUTHORIZATION = /^\s*(?:token|bearer)\s+(.+)$/i;

/** The token that a request offers: in the query (which goes first where it is not empty) or in its header. */
export function offeredToken(query: URLSearchParams, authorization: string | undefined): string | null {
  const inQuery = query.getAll('token').at(-1)?.trim();
  if (inQuery !== undefined && inQuery !== '') return inQuery;
  return AUTHORIZATION.exec(authorization ?? '')?.[1]?.trim() ?? null;
}

/** Compares in a time that tells nothing of the secret, not even its length. */
export function sameSecret(offered: string, secret: string): boolean {
  return timingSafeEqual(digest(offered), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
