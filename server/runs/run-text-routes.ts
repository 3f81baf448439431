import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { requestedRange } from '../byte-range.ts';
import { HttpError } from '../http-error.ts';

/** All that a run printed under one name, so far. */
export interface TextSource {
  /** In UTF-8. */
  readonly bytes: number;
  /** Errors come from the stream. */
  read(start: number, end: number): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

const PATH = '/api/in-the-loop/v1/runs/:run/text/:name';

/**
 * `GET /api/in-the-loop/v1/runs/{id}/text/{stdout|stderr}`: the whole of it as the kernel wrote it, or the range asked for.
 * What a running cell has not printed yet is not in it; asked again with `If-Range`, the rest comes.
 */
export function runTextRoutes(deps: {
  readonly authorize: Authorize;
  /** null for a run that is not known, or that printed nothing under the name. */
  findText(runId: string, name: string): Promise<TextSource | null>;
}): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(PATH, async (request, response) => {
    deps.authorize(identityOf(response), 'read', 'kernels');
    const { run = '', name = '' } = request.params;
    const source = await deps.findText(run, name);
    if (source === null)
      throw new HttpError(404, `Nothing is kept of what the run ${run} printed on ${name}`);
    await send(request, response, source);
  });
  return router;
}

async function send(request: Request, response: Response, source: TextSource): Promise<void> {
  const { bytes } = source;
  // What was printed is never changed, only more: its length says which it is.
  const tag = `"${bytes}"`;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Cache-Control', 'no-cache');
  response.setHeader('ETag', tag);
  if (isAmong(request.headers['if-none-match'], tag)) {
    response.removeHeader('Content-Type');
    response.status(304).end();
    return;
  }
  const range = isPrefix(request.headers['if-range'], bytes)
    ? requestedRange(request.headers.range, bytes)
    : null;
  if (range === 'unsatisfiable') {
    response.status(416).setHeader('Content-Range', `bytes */${bytes}`);
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: bytes };
  if (range !== null) response.status(206).setHeader('Content-Range', `bytes ${start}-${end - 1}/${bytes}`);
  response.setHeader('Content-Length', end - start);
  if (request.method === 'HEAD' || start === end) response.end();
  else await sendBytes(response, await source.read(start, end));
}

async function sendBytes(response: Response, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(Readable.from(bytes, { objectMode: false, highWaterMark: 256 * 1024 }), response);
  } catch (error) {
    // Who has gone away needs no answer. Anything else breaks the connection, and is for the log.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function isAmong(header: string | undefined, tag: string): boolean {
  return header !== undefined && header.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** Whoever has the beginning of it can be given the rest. */
function isPrefix(header: string | string[] | undefined, bytes: number): boolean {
  if (header === undefined) return true;
  const [, length] = /^"(\d+)"$/.exec(String(header)) ?? [];
  return length !== undefined && Number(length) <= bytes;
}
