import type { Readable } from 'node:stream';

export type BlobStoreErrorCode =
  | 'BLOB_NOT_FOUND'
  | 'BLOB_DAMAGED' // its bytes are not those that its name says
  | 'BLOB_UNREADABLE' // packed in a way that this version of Node cannot unpack
  | 'BLOB_DISK_FULL'
  | 'BLOB_IO_FAILED' // the disk or its file system refused, for another reason than being full
  | 'BLOB_STORE_CLOSED';

export class BlobStoreError extends Error {
  override readonly name = 'BlobStoreError';
  readonly code: BlobStoreErrorCode;

  constructor(code: BlobStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
export type BlobId = string;

export interface BlobRange {
  /** First byte, 0 by default. */
  readonly start?: number;
  /** The byte behind the last one; the end by default. */
  readonly end?: number;
}

export interface StoredBlob {
  readonly id: BlobId;
  /** What it takes in the store, which may be less than its own length. */
  readonly storedBytes: number;
  /** Milliseconds since the epoch, when it was put first. */
  readonly time: number;
}

/**
 * Bytes by their content: whatever is put twice is there once, and what is there never changes. A resolved `put`
 * survives the end of any process and, on disk, a power cut. Ids that are none are a TypeError.
 */
export interface BlobStore {
  /**
   * Keeps the bytes; what is read from an iterable is never held as a whole. A failure leaves nothing behind.
   * @throws BlobStoreError BLOB_DISK_FULL, BLOB_IO_FAILED, BLOB_STORE_CLOSED; what the iterable itself throws
   */
  put(
    source: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ readonly id: BlobId; readonly size: number }>;

  /**
   * The bytes in the range, which ends where the blob does.
   * @throws BlobStoreError BLOB_NOT_FOUND; BLOB_DAMAGED where all was read and is not what was put; BLOB_UNREADABLE
   */
  get(id: BlobId, range?: BlobRange): Promise<Buffer>;

  /** Like `get`, for what is too big to be held; the same errors come from the stream. */
  stream(id: BlobId, range?: BlobRange): Promise<Readable>;

  has(id: BlobId): Promise<boolean>;

  /** Removes it; answers whether it was there. */
  delete(id: BlobId): Promise<boolean>;

  /** Everything that is there, in no order. */
  entries(): AsyncIterable<StoredBlob>;

  /** Waits for the puts under way and refuses all further calls. Idempotent. */
  close(): Promise<void>;
}

/** @throws TypeError */
export function assertBlobId(id: string): void {
  if (!/^[0-9a-f]{64}$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is no SHA-256`);
}

export const closedError = (): BlobStoreError =>
  new BlobStoreError('BLOB_STORE_CLOSED', 'The blob store is closed.');

export const notFoundError = (id: BlobId): BlobStoreError =>
  new BlobStoreError('BLOB_NOT_FOUND', `There is no blob ${id}.`);
