import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pipeline as connect, Readable } from 'node:stream';
import { packed, packer, packingFor, packings, unpacker } from './blob-packing.ts';
import type { Packing } from './blob-packing.ts';
import { checkAgainst, cutToRange, damagedError, isWhole } from './blob-range.ts';
import { assertBlobId, BlobStoreError, closedError, notFoundError } from './blob-store.ts';
import type { BlobId, BlobRange, BlobStore, StoredBlob } from './blob-store.ts';

const UNFINISHED = 'unfinished-';
const FILE_NAME = /^([0-9a-f]{64})(|\.zst|\.gz)$/;

/**
 * Blobs as files in a folder, `ab/cd/abcd….zst`, readable by their owner alone, packed where it pays. Each is written
 * under another name and synced before it gets its own, and its folders after: it is there whole or not at all.
 */
export class FileBlobStore implements BlobStore {
  readonly #directory: string;
  readonly #puts = new Set<Promise<unknown>>();
  #closed = false;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Opens the folder, or makes it, and removes what a killed process left unfinished there: for one process at a time.
   * @throws BlobStoreError BLOB_DISK_FULL, BLOB_IO_FAILED
   */
  static async open(directory: string): Promise<FileBlobStore> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      for (const name of await readdir(directory)) {
        if (name.startsWith(UNFINISHED)) await rm(join(directory, name), { force: true });
      }
    } catch (error) {
      throw systemFailure(error, directory);
    }
    return new FileBlobStore(directory);
  }

  async put(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ id: BlobId; size: number }> {
    this.#assertOpen();
    const put = source instanceof Uint8Array ? this.#putBytes(source) : this.#putPieces(source);
    this.#puts.add(put);
    try {
      return await put;
    } finally {
      this.#puts.delete(put);
    }
  }

  async get(id: BlobId, range: BlobRange = {}): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of await this.stream(id, range)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }

  async stream(id: BlobId, range: BlobRange = {}): Promise<Readable> {
    const packing = await this.#find(id);
    if (packing === null) throw notFoundError(id);
    const unpack = unpacker(packing);
    const last = isWhole(range) ? checkAgainst(id) : cutToRange(range);
    const file = createReadStream(this.#path(id, packing), { highWaterMark: 256 * 1024 });
    const steps = unpack === null ? [file, last] : [file, unpack, last];
    // Whoever reads the last is told of a failure; there is nothing else to do at the end.
    connect(steps, () => undefined);
    return Readable.from(readable(id, last), { objectMode: false });
  }

  async has(id: BlobId): Promise<boolean> {
    return (await this.#find(id)) !== null;
  }

  async delete(id: BlobId): Promise<boolean> {
    const packing = await this.#find(id);
    if (packing === null) return false;
    await unlink(this.#path(id, packing)).catch((error: unknown) => {
      throw systemFailure(error, id);
    });
    return true;
  }

  async *entries(): AsyncIterable<StoredBlob> {
    this.#assertOpen();
    for (const first of await folders(this.#directory)) {
      for (const second of await folders(join(this.#directory, first))) {
        const folder = join(this.#directory, first, second);
        for (const name of await readdir(folder)) {
          const id = FILE_NAME.exec(name)?.[1];
          const info = id && (await stat(join(folder, name)).catch(() => null)); // null: removed meanwhile
          if (id && info) yield { id, storedBytes: info.size, time: info.mtimeMs };
        }
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#puts);
  }

  async #putBytes(bytes: Uint8Array): Promise<{ id: BlobId; size: number }> {
    const digest = await webcrypto.subtle.digest('SHA-256', bytes);
    const id = Buffer.from(digest).toString('hex');
    if ((await this.#isThere(id)) === null) {
      const packing = await packingFor(bytes);
      const content = await packed(bytes, packing);
      await this.#write(async (handle) => {
        await handle.writeFile(content);
        return { id, packing };
      });
    }
    return { id, size: bytes.length };
  }

  async #putPieces(pieces: AsyncIterable<Uint8Array>): Promise<{ id: BlobId; size: number }> {
    let size = 0;
    const id = await this.#write(async (handle) => {
      const hash = createHash('sha256');
      const rest = pieces[Symbol.asyncIterator]();
      const head = await rest.next();
      const packing = await packingFor(head.done ? new Uint8Array() : head.value);
      async function* counted(): AsyncIterable<Uint8Array> {
        for (let piece = head; !piece.done; piece = await rest.next()) {
          hash.update(piece.value);
          size += piece.value.length;
          yield piece.value;
        }
      }
      const write = async (packedPieces: AsyncIterable<Uint8Array>): Promise<void> => {
        for await (const piece of packedPieces) await handle.writeFile(piece);
      };
      const step = packer(packing);
      await (step === null ? write(counted()) : pipeline(counted, step, write));
      return { id: hash.digest('hex'), packing };
    });
    return { id, size };
  }

  async #write(fill: (handle: FileHandle) => Promise<{ id: BlobId; packing: Packing }>): Promise<BlobId> {
    const unfinished = join(this.#directory, `${UNFINISHED}${randomBytes(8).toString('hex')}`);
    try {
      const handle = await open(unfinished, 'wx', 0o600);
      try {
        const { id, packing } = await fill(handle);
        // Of two that put the same at once the second changes nothing.
        if ((await this.#isThere(id)) === null) {
          await handle.sync();
          await this.#install(unfinished, this.#path(id, packing));
        }
        return id;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw systemFailure(error, this.#directory);
    } finally {
      await rm(unfinished, { force: true });
    }
  }

  async #install(unfinished: string, path: string): Promise<void> {
    const folder = dirname(path);
    const firstMade = await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(unfinished, path);
    await syncFolder(folder);
    if (firstMade === undefined) return;
    await syncFolder(dirname(folder));
    await syncFolder(this.#directory);
  }

  async #find(id: BlobId): Promise<Packing | null> {
    this.#assertOpen();
    assertBlobId(id);
    return this.#isThere(id);
  }

  /** How it is packed; null where it is not there. */
  async #isThere(id: BlobId): Promise<Packing | null> {
    for (const packing of packings) {
      if (await stat(this.#path(id, packing)).catch(() => null)) return packing;
    }
    return null;
  }

  #path(id: BlobId, packing: Packing): string {
    return join(this.#directory, id.slice(0, 2), id.slice(2, 4), `${id}${packing}`);
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError();
  }
}

async function* readable(id: BlobId, source: AsyncIterable<unknown>): AsyncIterable<Buffer> {
  try {
    for await (const piece of source) yield piece as Buffer;
  } catch (error) {
    if (error instanceof BlobStoreError) throw error;
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw notFoundError(id);
    // What the unpacking refuses is not what was packed.
    throw syscall === undefined ? damagedError(id, error) : systemFailure(error, id);
  }
}

const folders = async (directory: string): Promise<string[]> =>
  (await readdir(directory).catch(() => [])).filter((name) => /^[0-9a-f]{2}$/.test(name));

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems cannot sync a folder (EINVAL); they promise nothing, and the rename has happened.
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    await handle.close();
  }
}

/** What the system refused, in our words; everything else as it is. */
function systemFailure(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const isFull = /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');
  const code = isFull ? 'BLOB_DISK_FULL' : 'BLOB_IO_FAILED';
  return new BlobStoreError(code, `${what}: ${error.message}.`, { cause: error });
}
