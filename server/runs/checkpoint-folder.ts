import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelRuns } from './kernel-runs.ts';
import type { CheckpointHeader } from './run-checkpoint.ts';
import { decodeCheckpoint, decodeHeader, encodeCheckpoint } from './run-checkpoint.ts';

const ENDING = '.runs';
const NEWLINE = 0x0a;
const HEADER_PIECE = 16 * 1024;
/** Of a header with many notebooks. A file without a line end is none of ours. */
const HEADER_LIMIT = 4 * 1024 * 1024;

/** `<state>/runs`: one file a kernel, a cache of what its stream says. */
export class CheckpointFolder {
  readonly #directory: string;

  /** @param directory absolute; made if it is not there */
  static async open(directory: string): Promise<CheckpointFolder> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new CheckpointFolder(directory);
  }

  private constructor(directory: string) {
    this.#directory = directory;
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
    return decodeCheckpoint(bytes);
  }

  /** Replaces the one before. It survives the end of any process; after a power cut the stream is folded anew. */
  async write(runs: KernelRuns): Promise<CheckpointHeader> {
    const { header, bytes } = encodeCheckpoint(runs);
    const file = this.#file(runs.kernelId);
    const aside = `${file}.new`;
    await writeFile(aside, bytes, { mode: 0o600 });
    await rename(aside, file);
    return header;
  }

  async remove(kernelId: string): Promise<void> {
    await rm(this.#file(kernelId), { force: true });
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
