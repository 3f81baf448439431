import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { BlobStoreError } from './blob-store.ts';

/** How a blob lies on disk: the ending of its file's name. */
export type Packing = '' | '.zst' | '.gz';

export const packings: readonly Packing[] = ['', '.zst', '.gz'];

const SAMPLE_BYTES = 256 * 1024;
/** A file takes whole blocks of the disk: what is smaller than one gains nothing. */
const WORTH_PACKING_BYTES = 4096;

// Node has Zstandard since 22.15. It packs several times as fast as gzip, and as well.
const hasZstd = typeof zlib.createZstdCompress === 'function';
const best: Packing = hasZstd ? '.zst' : '.gz';

const compress = {
  '.zst': hasZstd ? promisify(zlib.zstdCompress as typeof zlib.gzip) : null,
  '.gz': (bytes: Uint8Array) =>
    promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gzip)(bytes, { level: 1 }),
};

/** How bytes that begin so are best kept; images and archives stay as they are. */
export async function packingFor(head: Uint8Array): Promise<Packing> {
  if (head.length < WORTH_PACKING_BYTES) return '';
  const sample = head.subarray(0, SAMPLE_BYTES);
  return (await packed(sample, best)).length < sample.length * 0.9 ? best : '';
}

/** Beside the main thread. */
export async function packed(bytes: Uint8Array, packing: Packing): Promise<Uint8Array> {
  if (packing === '') return bytes;
  const pack = compress[packing];
  if (pack === null) throw unreadable(packing);
  return pack(bytes);
}

/** Null where bytes go through as they are. */
export function packer(packing: Packing): Transform | null {
  if (packing === '') return null;
  return packing === '.zst' ? zlib.createZstdCompress() : zlib.createGzip({ level: 1 });
}

/** Null where bytes go through as they are. @throws BlobStoreError BLOB_UNREADABLE */
export function unpacker(packing: Packing): Transform | null {
  if (packing === '') return null;
  if (packing === '.gz') return zlib.createGunzip();
  if (!hasZstd) throw unreadable(packing);
  return zlib.createZstdDecompress();
}

function unreadable(packing: Packing): BlobStoreError {
  return new BlobStoreError(
    'BLOB_UNREADABLE',
    `A blob was packed as ${packing} by a newer Node than ${process.version}; use that one.`,
  );
}
