/* eslint-disable @typescript-eslint/require-await -- all is done within the call; only the interface waits */
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { assertBlobId, closedError, notFoundError } from './blob-store.ts';
import type { BlobId, BlobRange, BlobStore, StoredBlob } from './blob-store.ts';

/** Blobs in a process's own memory: for tests and for what needs no tomorrow. */
export class MemoryBlobStore implements BlobStore {
  readonly #blobs = new Map<BlobId, { readonly bytes: Buffer; readonly time: number }>();
  #closed = false;

  async put(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ id: BlobId; size: number }> {
    this.#assertOpen();
    const pieces: Uint8Array[] = [];
    if (source instanceof Uint8Array) pieces.push(source);
    else for await (const piece of source) pieces.push(Buffer.from(piece));
    const bytes = Buffer.concat(pieces);
    const id = hash('sha256', bytes);
    if (!this.#blobs.has(id)) this.#blobs.set(id, { bytes, time: Date.now() });
    return { id, size: bytes.length };
  }

  async get(id: BlobId, { start = 0, end = Infinity }: BlobRange = {}): Promise<Buffer> {
    this.#assertOpen();
    assertBlobId(id);
    const blob = this.#blobs.get(id);
    if (blob === undefined) throw notFoundError(id);
    return Buffer.from(blob.bytes.subarray(Math.max(0, start), Math.max(0, end)));
  }

  async stream(id: BlobId, range?: BlobRange): Promise<Readable> {
    return Readable.from([await this.get(id, range)]);
  }

  async has(id: BlobId): Promise<boolean> {
    this.#assertOpen();
    assertBlobId(id);
    return this.#blobs.has(id);
  }

  async delete(id: BlobId): Promise<boolean> {
    this.#assertOpen();
    assertBlobId(id);
    return this.#blobs.delete(id);
  }

  async *entries(): AsyncIterable<StoredBlob> {
    this.#assertOpen();
    for (const [id, { bytes, time }] of [...this.#blobs]) yield { id, storedBytes: bytes.length, time };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}
