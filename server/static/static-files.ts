import { readFile } from 'node:fs/promises';
import type { Request, Response } from 'express';
import send from 'send';
import { HttpError } from '../http-error.ts';
import { cacheControlOf } from './cache-control.ts';
import type { CompressionCache } from './compression-cache.ts';
import { negotiateEncoding } from './content-encoding.ts';
import { contentTypeOf, isCompressible } from './content-type.ts';
import { findStaticFile } from './find-static-file.ts';
import type { LinkPolicy, StaticFile } from './find-static-file.ts';

/** Below this, headers outweigh what compression saves. */
const SMALLEST_COMPRESSED_BYTES = 860;

/** A whole file up to this goes out in one piece, which is four times as fast as a stream of small ones. */
const LARGEST_WHOLE_BYTES = 4 * 1024 * 1024;

/** Sends files from search paths: compressed where the client takes it, revalidated cheaply, in ranges on request. */
export class StaticFiles {
  constructor(private readonly compressed: CompressionCache) {}

  /** @param path decoded, below the folders. @throws HttpError 404 where no folder has such a file. */
  async send(
    request: Request,
    response: Response,
    directories: readonly string[],
    path: string,
    links: LinkPolicy,
  ): Promise<void> {
    const file = await findStaticFile(directories, path, links);
    if (file === null) throw new HttpError(404, 'Not Found');
    response.setHeader('Content-Type', contentTypeOf(file.path));
    response.setHeader('Cache-Control', cacheControlOf(path, versionOf(request)));
    await this.sendFile(request, response, file);
  }

  /** The same of a folder whose address changes with its content: how long it is kept is said already. */
  async sendVersioned(request: Request, response: Response, directory: string, path: string): Promise<void> {
    const file = await findStaticFile([directory], path, 'inside');
    if (file === null) throw new HttpError(404, 'Not Found');
    response.setHeader('Content-Type', contentTypeOf(file.path));
    await this.sendFile(request, response, file);
  }

  /** A file that was found otherwise. Its Content-Type is set already. */
  async sendFile(request: Request, response: Response, file: StaticFile): Promise<void> {
    response.setHeader('Last-Modified', file.modified.toUTCString());
    // Weak: the same for every encoding of the same file.
    response.setHeader('ETag', `W/"${file.size.toString(16)}-${file.modified.getTime().toString(16)}"`);
    if (
      isCompressible(String(response.getHeader('Content-Type'))) &&
      file.size >= SMALLEST_COMPRESSED_BYTES
    ) {
      response.vary('Accept-Encoding');
      if (await this.sendCompressed(request, response, file)) return;
    }
    if (file.size > LARGEST_WHOLE_BYTES || request.headers.range !== undefined)
      await sendStream(request, response, file);
    else if (!notModified(request, response)) sendWhole(request, response, await readFile(file.path));
  }

  private async sendCompressed(request: Request, response: Response, file: StaticFile): Promise<boolean> {
    const encoding = negotiateEncoding(request.get('Accept-Encoding'));
    // A range is one of the file's own bytes, so that it can be continued whatever is negotiated the next time.
    if (encoding === null || request.headers.range !== undefined) return false;
    if (notModified(request, response)) return true;
    const body = await this.compressed.read(file, encoding);
    if (body === null) return false;
    response.setHeader('Content-Encoding', encoding);
    sendWhole(request, response, body);
    return true;
  }
}

/** True where the client has this file already and was told so. */
function notModified(request: Request, response: Response): boolean {
  if (!request.fresh) return false;
  response.status(304).end();
  return true;
}

function sendWhole(request: Request, response: Response, body: Buffer): void {
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('Content-Length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function sendStream(request: Request, response: Response, file: StaticFile): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once('close', resolve);
    // `send` decodes what it is given, and takes `.venv` in a path for a hidden file.
    send(request, encodeURIComponent(file.path), { dotfiles: 'allow', cacheControl: false })
      .on('error', (error: Error & { status?: number }) => {
        const status = error.status ?? 500;
        reject(status < 500 ? new HttpError(status, error.message, null, { cause: error }) : error);
      })
      .pipe(response);
  });
}

function versionOf(request: Request): string | undefined {
  const version = request.query['v'];
  return typeof version === 'string' ? version : undefined;
}
