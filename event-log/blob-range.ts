import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { BlobStoreError } from './blob-store.ts';
import type { BlobId, BlobRange } from './blob-store.ts';

export const isWhole = ({ start = 0, end = Infinity }: BlobRange): boolean => start <= 0 && end === Infinity;

/** Lets the bytes in the range through, counted from the first that comes. */
export function cutToRange({ start = 0, end = Infinity }: BlobRange): Transform {
  let position = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      const cut = piece.subarray(Math.max(0, start - position), Math.max(0, end - position));
      position += piece.length;
      done(null, cut);
    },
  });
}

/** Lets everything through, and fails at its end where it was not the blob. */
export function checkAgainst(id: BlobId): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      done(hash.digest('hex') === id ? null : damagedError(id));
    },
  });
}

export function damagedError(id: BlobId, cause?: unknown): BlobStoreError {
  return new BlobStoreError('BLOB_DAMAGED', `The blob ${id} is damaged.`, { cause });
}
