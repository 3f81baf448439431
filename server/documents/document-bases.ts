import { hash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';

const headerSchema = z.object({
  sha256: z.string(),
  /** Of the document when this was made of it (base64); null for what another program wrote. */
  vector: z.string().nullable(),
  /** Greater is newer. */
  order: z.number(),
});

export interface Base {
  /** Of the bytes. */
  readonly sha256: string;
  readonly vector: Uint8Array | null;
  readonly order: number;
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);
const FAST = { level: 1 };

/**
 * What document and file have had in common: the bytes of files by their hash, a folder for each document. What was put
 * survives the end of any process, and a power cut.
 */
export class DocumentBases {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Oldest first. */
  async list(documentId: string): Promise<readonly Base[]> {
    const folder = this.#folder(documentId);
    const names = await readdir(folder).catch(() => []); // no folder: none yet
    const found = await Promise.all(
      names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((name) => readHeader(join(folder, name))),
    );
    return found.flatMap((base) => base ?? []).sort((one, other) => one.order - other.order);
  }

  /** Null where it is not there any more, or torn. */
  async bytes(documentId: string, sha256: string): Promise<Buffer<ArrayBuffer> | null> {
    try {
      const packed = await this.packed(documentId, sha256);
      const bytes = packed && (await decompress(packed));
      return bytes && hash('sha256', bytes) === sha256 ? bytes : null;
    } catch {
      return null; // torn by a power cut: another base stands for it, or none does
    }
  }

  /** Compressed (gzip), as it is on disk. */
  async packed(documentId: string, sha256: string): Promise<Buffer<ArrayBuffer> | null> {
    const content = await readFile(join(this.#folder(documentId), sha256)).catch(() => null); // gone, see above
    return content && content.subarray(content.indexOf('\n') + 1);
  }

  /** @throws the system's error, with nothing put */
  async put(
    documentId: string,
    { sha256, vector, bytes }: { sha256: string; vector: Uint8Array | null; bytes: Uint8Array },
  ): Promise<void> {
    const folder = this.#folder(documentId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const header = {
      sha256,
      vector: vector === null ? null : Buffer.from(vector).toString('base64'),
      order: Date.now(),
    };
    const packed = await compress(bytes, FAST);
    const beside = join(folder, `${sha256}.new`);
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile(Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), packed]));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, join(folder, sha256));
  }

  /** Removes all others. What cannot be removed is in nobody's way. */
  async keepOnly(documentId: string, kept: readonly (string | null)[]): Promise<void> {
    const folder = this.#folder(documentId);
    for (const name of await readdir(folder).catch(() => []))
      if (!kept.includes(name)) await rm(join(folder, name), { force: true });
  }

  #folder(documentId: string): string {
    return join(this.#directory, documentId);
  }
}

/** Some bytes for each browser that ever wrote into the document. */
const MOST_HEADER_BYTES = 1024 * 1024;

async function readHeader(file: string): Promise<Base | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(
        Buffer.allocUnsafe(MOST_HEADER_BYTES),
        0,
        MOST_HEADER_BYTES,
        0,
      );
      const line = buffer.toString('utf8', 0, Math.max(0, buffer.subarray(0, bytesRead).indexOf('\n')));
      const { sha256, vector, order } = headerSchema.parse(JSON.parse(line));
      return {
        sha256,
        vector: vector === null ? null : new Uint8Array(Buffer.from(vector, 'base64')),
        order,
      };
    } finally {
      await handle.close();
    }
  } catch {
    return null; // as above
  }
}
