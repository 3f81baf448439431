import { createHash } from 'node:crypto';
import type { Response } from 'express';

/** Above this the hash costs more than it saves: clients ask with `cache: no-store` anyway (contract §2.1). */
const LONGEST_WITH_ETAG = 1024 * 1024;

/**
 * `response.json` as Jupyter answers it: no charset in the Content-Type, a strong SHA-1 ETag, 304 where the client has
 * it already. Express would add a charset, and look through every header that browsers may send on the way.
 */
export function sendJson<T extends Response>(this: T, body?: unknown): T {
  const text = JSON.stringify(body) ?? 'null';
  if (!this.hasHeader('Content-Type')) this.setHeader('Content-Type', 'application/json');
  const { method, headers } = this.req;
  if (
    (method === 'GET' || method === 'HEAD') &&
    text.length <= LONGEST_WITH_ETAG &&
    this.statusCode === 200
  ) {
    const etag = `"${createHash('sha1').update(text).digest('hex')}"`;
    this.setHeader('ETag', etag);
    if (isAmong(etag, headers['if-none-match'])) {
      this.removeHeader('Content-Type');
      this.statusCode = 304;
      this.end();
      return this;
    }
  }
  this.setHeader('Content-Length', Buffer.byteLength(text));
  this.end(method === 'HEAD' ? undefined : text);
  return this;
}

/** RFC 9110, 13.1.2: any of a list, weak ones too, or `*` for whatever there is. */
function isAmong(etag: string, header: string | undefined): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || [...header.matchAll(/"[^"]*"/g)].some(([each]) => each === etag);
}
