import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** Jupyter's default for a request body (contract §10.31); a save of a big notebook must pass. */
export const MAXIMUM_BODY_BYTES = 512 * 1024 * 1024;

/** A body of so many bytes gets its place in memory at once; smaller ones are put together when all is there. */
const LARGE_BODY_BYTES = 256 * 1024;

/** The whole body as text. @throws HttpError 413 when it is longer than the limit, 400 when it is not UTF-8. */
export async function readTextBody(request: IncomingMessage, limit = MAXIMUM_BODY_BYTES): Promise<string> {
  const tooLong = (): HttpError => new HttpError(413, `The request body is over ${limit} bytes`);
  const declared = Number(request.headers['content-length'] ?? 0);
  // Told before the client sends it all.
  if (declared > limit) throw tooLong();
  const whole = declared >= LARGE_BODY_BYTES ? Buffer.allocUnsafeSlow(declared) : null;
  const chunks: Buffer[] = [];
  let length = 0;
  // Left early, a plain loop would destroy the connection, and the 413 with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (length + chunk.length > limit) throw tooLong();
    if (whole === null) chunks.push(chunk);
    else chunk.copy(whole, length);
    length += chunk.length;
  }
  const bytes = whole?.subarray(0, length) ?? Buffer.concat(chunks, length);
  // Quicker than a TextDecoder that checks, which a save of a big notebook notices.
  if (!isUtf8(bytes)) throw new HttpError(400, 'Invalid JSON in body of request');
  return bytes.toString('utf8');
}

/** The body parsed as JSON; null for an empty one. @throws HttpError 400 as Jupyter words it. */
export async function readJsonBody(request: IncomingMessage, limit?: number): Promise<unknown> {
  const text = (await readTextBody(request, limit)).trim();
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new HttpError(400, 'Invalid JSON in body of request', null, { cause: error });
  }
}
