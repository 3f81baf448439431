import type { Request, Response } from 'express';
import { Compressor } from './compressor.ts';
import { negotiateEncoding } from './content-encoding.ts';
import type { ContentEncoding } from './content-encoding.ts';

/** A whole reply kept in memory. While it is the same object it has the same content. */
export interface CompressibleReply {
  readonly body: Buffer;
  readonly contentType: string;
  /** Quoted, as the header has it. */
  readonly etag: string;
  /** Of the file that it was made from: it is then kept and asked for again, as files are. */
  readonly modified?: Date;
}

const SMALLEST_COMPRESSED_BYTES = 860;

/** Sends replies compressed, each compressed once for as long as its maker keeps it. */
export class CompressedReplies {
  private readonly compressor = new Compressor();
  private readonly made = new WeakMap<CompressibleReply, Map<ContentEncoding, Promise<Buffer | null>>>();

  async send(request: Request, response: Response, reply: CompressibleReply): Promise<void> {
    response.setHeader('Content-Type', reply.contentType);
    response.setHeader('ETag', reply.etag);
    if (reply.modified !== undefined) {
      response.setHeader('Last-Modified', reply.modified.toUTCString());
      response.setHeader('Cache-Control', 'no-cache');
    }
    response.vary('Accept-Encoding');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const encoding = negotiateEncoding(request.get('Accept-Encoding'));
    const compressed =
      encoding === null || reply.body.length < SMALLEST_COMPRESSED_BYTES
        ? null
        : await this.compressed(reply, encoding);
    if (encoding !== null && compressed !== null) response.setHeader('Content-Encoding', encoding);
    const body = compressed ?? reply.body;
    response.setHeader('Content-Length', body.length);
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private compressed(reply: CompressibleReply, encoding: ContentEncoding): Promise<Buffer | null> {
    let encodings = this.made.get(reply);
    if (encodings === undefined)
      this.made.set(reply, (encodings = new Map<ContentEncoding, Promise<Buffer | null>>()));
    let made = encodings.get(encoding);
    if (made === undefined) {
      const compressing = this.compressor.compress(() => Promise.resolve(reply.body), encoding);
      encodings.set(encoding, (made = compressing));
      // Too many waited, or it failed (which its awaiter is told): the next request tries again.
      const forget = (): boolean => encodings.delete(encoding);
      void compressing.then((body) => body ?? forget(), forget);
    }
    return made;
  }
}
