import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobId, BlobStore } from '../../event-log/blob-store.ts';
import { BlobStoreError } from '../../event-log/blob-store.ts';
import { FileBlobStore } from '../../event-log/file-blob-store.ts';
import type { KernelRuns } from './kernel-runs.ts';
import { LargeData } from './large-data.ts';
import type { CheckpointHeader } from './run-checkpoint.ts';
import { decodeCheckpoint, decodeHeader, encodeCheckpoint } from './run-checkpoint.ts';

const ENDING = '.runs';
const LARGE_DATA_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
const HEADER_PIECE = 16 * 1024;
/** Of a header with many notebooks. A file without a line end is none of ours. */
const HEADER_LIMIT = 4 * 1024 * 1024;

/**
 * `<state>/runs`: one file a kernel, a cache of what its stream says; and what is large in their outputs, once by its content,
 * in a blob store below, for as long as a checkpoint needs it.
 */
export class CheckpointFolder {
  readonly #directory: string;
  readonly #blobs: BlobStore;
  readonly #largeData: LargeData;
  /** What each kernel's checkpoint needs. */
  readonly #needed = new Map<string, ReadonlySet<BlobId>>();
  /** One at a time: what one has just put must not be removed by another. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param directory absolute; made if it is not there */
  static async open(directory: string, largeDataBytes = LARGE_DATA_BYTES): Promise<CheckpointFolder> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const blobs = await FileBlobStore.open(join(directory, 'data'));
    const folder = new CheckpointFolder(directory, blobs, largeDataBytes);
    for (const { kernelId, blobs: needed } of await folder.headers())
      folder.#needed.set(kernelId, new Set(needed));
    for await (const { id } of blobs.entries()) await folder.#removeUnneeded([id]);
    return folder;
  }

  private constructor(directory: string, blobs: BlobStore, largeDataBytes: number) {
    this.#directory = directory;
    this.#blobs = blobs;
    this.#largeData = new LargeData(blobs, largeDataBytes);
  }

  /** Of all that can be read. */
  async headers(): Promise<CheckpointHeader[]> {
    const names = await readdir(this.#directory);
    const headers: CheckpointHeader[] = [];
    for (const name of names) {
      if (!name.endsWith(ENDING)) continue;
      const header = decodeHeader(await firstLine(join(this.#directory, name)));
      if (header !== null && `${header.kernelId}${ENDING}` === name) headers.push(header);
    }
    return headers;
  }

  /** @returns null where there is none that is whole */
  async read(kernelId: string): Promise<KernelRuns | null> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#file(kernelId));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const runs = decodeCheckpoint(bytes);
    try {
      if (runs !== null) await this.#largeData.bringBack(runs);
      return runs;
    } catch (error) {
      if (!(error instanceof BlobStoreError)) throw error;
      return null; // The stream has it, too.
    }
  }

  /** Replaces the one before. It survives the end of any process; after a power cut the stream is folded anew. */
  write(runs: KernelRuns): Promise<CheckpointHeader> {
    return this.#inTurn(() => this.#write(runs));
  }

  remove(kernelId: string): Promise<void> {
    return this.#inTurn(async () => {
      await rm(this.#file(kernelId), { force: true });
      await this.#needs(kernelId, []);
    });
  }

  async #write(runs: KernelRuns): Promise<CheckpointHeader> {
    await this.#largeData.keep(runs);
    const { header, bytes } = encodeCheckpoint(runs, this.#largeData);
    const file = this.#file(runs.kernelId);
    const aside = `${file}.new`;
    await writeFile(aside, bytes, { mode: 0o600 });
    await rename(aside, file);
    await this.#needs(runs.kernelId, header.blobs);
    return header;
  }

  async #needs(kernelId: string, blobs: readonly BlobId[]): Promise<void> {
    const before = this.#needed.get(kernelId) ?? [];
    if (blobs.length === 0) this.#needed.delete(kernelId);
    else this.#needed.set(kernelId, new Set(blobs));
    await this.#removeUnneeded(before);
  }

  async #removeUnneeded(blobs: Iterable<BlobId>): Promise<void> {
    for (const id of blobs)
      if (![...this.#needed.values()].some((needed) => needed.has(id))) await this.#blobs.delete(id);
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // whoever asked for it is told
    return done;
  }

  #file(kernelId: string): string {
    return join(this.#directory, `${kernelId}${ENDING}`);
  }
}

async function firstLine(file: string): Promise<string> {
  const handle = await open(file);
  try {
    let read = Buffer.alloc(0);
    for (;;) {
      const piece = Buffer.alloc(HEADER_PIECE);
      const { bytesRead } = await handle.read(piece, 0, HEADER_PIECE, read.length);
      read = Buffer.concat([read, piece.subarray(0, bytesRead)]);
      const end = read.indexOf(NEWLINE);
      if (end >= 0 || bytesRead === 0 || read.length > HEADER_LIMIT)
        return read.toString('utf8', 0, Math.max(0, end));
    }
  } finally {
    await handle.close();
  }
}
