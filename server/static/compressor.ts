import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { ContentEncoding } from './content-encoding.ts';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** `fast` is for a client that waits (60 MB/s); `best` saves another tenth and takes seconds a megabyte. */
export type CompressionEffort = 'fast' | 'best';

const BROTLI_QUALITY: Readonly<Record<CompressionEffort, number>> = { fast: 5, best: 11 };
const GZIP_LEVEL: Readonly<Record<CompressionEffort, number>> = { fast: 4, best: 9 };

export async function compress(
  body: Buffer,
  encoding: ContentEncoding,
  effort: CompressionEffort,
): Promise<Buffer> {
  if (encoding === 'gzip') return compressGzip(body, { level: GZIP_LEVEL[effort] });
  return compressBrotli(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY[effort],
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
}

/** zlib works on libuv's four threads, which file reads need as well: half of them at most. */
const CONCURRENT = 2;
const LONGEST_QUEUE = 512;

/** Compresses off the main thread, a bounded number at a time. */
export class Compressor {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** null where too many wait already: then the answer goes out as it is. */
  async compress(body: () => Promise<Buffer>, encoding: ContentEncoding): Promise<Buffer | null> {
    if (this.waiting.length >= LONGEST_QUEUE) return null;
    // A slot that is released goes to the next in line directly, so that nobody can take it in between.
    if (this.running < CONCURRENT) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await compress(await body(), encoding, 'fast');
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
