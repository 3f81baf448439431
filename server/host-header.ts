import type { IncomingMessage } from 'node:http';
import { HOST_HEADER } from './wire/browser-runtime.ts';

/** The page's host that a request names, which may start a kernel there; null for none. Whoever starts it asks whose it is. */
export function hostIn({ headers }: IncomingMessage): string | null {
  const named = headers[HOST_HEADER.toLowerCase()];
  return typeof named === 'string' && named !== '' ? named : null;
}
