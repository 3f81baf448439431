import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { HttpError } from '../http-error.ts';
import { requestedRange } from '../byte-range.ts';

/** Up to here one read is cheaper than a stream. */
const ONE_READ_BYTES = 256 * 1024;

/**
 * Answers with a file, or the part of it that is asked for, or 304 where it has not changed. Headers that say what it
 * is have been set. @throws HttpError 404, 403
 */
export async function streamFile(request: Request, response: Response, diskPath: string): Promise<void> {
  const handle = await open(diskPath, 'r').catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    if (missing) throw new HttpError(404, '', null, { cause: error });
    throw error.code === 'EACCES' ? new HttpError(403, '', null, { cause: error }) : error;
  });
  try {
    const { size, mtimeMs } = await handle.stat();
    const modified = Math.floor(mtimeMs / 1000) * 1000;
    response.setHeader('Accept-Ranges', 'bytes');
    response.setHeader('Last-Modified', new Date(modified).toUTCString());
    if (isUnchanged(request, modified)) {
      response.removeHeader('Content-Type');
      response.status(304).end();
      return;
    }
    await sendBytes(request, response, handle, size, modified);
  } finally {
    await handle.close();
  }
}

/** An `If-None-Match` overrules the date; it cannot match, for files have no ETag. */
function isUnchanged({ headers }: Request, modified: number): boolean {
  const since = headers['if-modified-since'];
  return since !== undefined && headers['if-none-match'] === undefined && Date.parse(since) >= modified;
}

async function sendBytes(
  request: Request,
  response: Response,
  handle: FileHandle,
  size: number,
  modified: number,
): Promise<void> {
  const ifRange = request.headers['if-range'];
  const isStill = ifRange === undefined || Date.parse(String(ifRange)) === modified;
  const range = isStill ? requestedRange(request.headers.range, size) : null;
  if (range === 'unsatisfiable') {
    response.status(416).setHeader('Content-Range', `bytes */${size}`);
    response.setHeader('Content-Type', 'text/plain');
    response.statusMessage = 'Requested Range Not Satisfiable';
    response.end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  if (range !== null) response.status(206).setHeader('Content-Range', `bytes ${start}-${end - 1}/${size}`);
  response.setHeader('Content-Length', end - start);
  if (request.method === 'HEAD' || start === end) response.end();
  else if (end - start <= ONE_READ_BYTES) await sendAtOnce(response, handle, start, end - start);
  else await sendInPieces(response, handle, start, end);
}

async function sendAtOnce(
  response: Response,
  handle: FileHandle,
  start: number,
  length: number,
): Promise<void> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  for (let read = -1; done < length && read !== 0; done += read)
    read = (await handle.read(bytes, done, length - done, start + done)).bytesRead;
  if (done === length) response.end(bytes);
  else response.destroy(); // Cut off meanwhile: a broken connection tells so, a short answer would hang.
}

async function sendInPieces(
  response: Response,
  handle: FileHandle,
  start: number,
  end: number,
): Promise<void> {
  const pieces = handle.createReadStream({
    start,
    end: end - 1,
    autoClose: false,
    highWaterMark: ONE_READ_BYTES,
  });
  await pipeline(pieces, response, { end: false }).catch((error: NodeJS.ErrnoException) => {
    // Who has gone away needs no answer; anything else is for the log.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
  if (pieces.bytesRead === end - start) response.end();
  else response.destroy();
}
