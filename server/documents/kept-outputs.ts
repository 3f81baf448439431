import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BlobId, BlobStore } from '../../event-log/blob-store.ts';
import { BlobStoreError } from '../../event-log/blob-store.ts';
import { FileBlobStore } from '../../event-log/file-blob-store.ts';

/** Where an output is: bytes of a blob. */
interface Place {
  readonly pack: BlobId;
  readonly start: number;
  readonly end: number;
}

const LIST = 'list';
const MOST_UNUSED_BYTES = 8 * 1024 * 1024;
const lineSchema = z.object({
  pack: z.string().regex(/^[0-9a-f]{64}$/),
  outputs: z.array(z.tuple([z.string(), z.number(), z.number()])),
});

/**
 * The large outputs of one document on disk, by their hash. What is put at once is one blob: two thousand files for a
 * notebook's outputs would take seconds to sync. A list beside the blobs says where each output is.
 */
export class KeptOutputs {
  readonly #directory: string;
  readonly #places: Map<string, Place>;
  #blobs: Promise<BlobStore> | null = null;

  private constructor(directory: string, places: Map<string, Place>) {
    this.#directory = directory;
    this.#places = places;
  }

  /** @param directory made once something is put */
  static async open(directory: string): Promise<KeptOutputs> {
    const places = new Map<string, Place>();
    // No list: nothing is kept yet.
    const list = await readFile(join(directory, LIST), 'utf8').catch(() => '');
    for (const line of list.split('\n')) {
      const read = parsedLine(line);
      if (read !== null)
        for (const [sha256, start, end] of read.outputs) places.set(sha256, { pack: read.pack, start, end });
    }
    return new KeptOutputs(directory, places);
  }

  has(sha256: string): boolean {
    return this.#places.has(sha256);
  }

  /** By hash; survives a power cut once it resolves. @throws BlobStoreError, or the system's error */
  async put(texts: ReadonlyMap<string, string>): Promise<void> {
    const missing = new Map([...texts].filter(([sha256]) => !this.#places.has(sha256)));
    if (missing.size === 0) return;
    const line = await this.#pack(missing);
    const handle = await open(join(this.#directory, LIST), 'a', 0o600);
    try {
      // A line that a power cut has torn is none; the next one begins anew.
      await handle.appendFile(`\n${JSON.stringify(line)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    this.#add(line);
  }

  /** Those that are there and whole. */
  async read(wanted: Iterable<string>): Promise<Map<string, string>> {
    const byPack = Map.groupBy(
      [...wanted].flatMap((sha256) => {
        const place = this.#places.get(sha256);
        return place === undefined ? [] : [{ sha256, ...place }];
      }),
      ({ pack }) => pack,
    );
    const texts = new Map<string, string>();
    for (const [pack, outputs] of byPack) {
      const blobs = await this.#store();
      try {
        const [only] = outputs;
        const isOne = outputs.length === 1 && only !== undefined;
        const from = isOne ? only.start : 0;
        const bytes = await blobs.get(pack, isOne ? { start: from, end: only.end } : {});
        for (const { sha256, start, end } of outputs)
          texts.set(sha256, bytes.toString('utf8', start - from, end - from));
      } catch (error) {
        if (!(error instanceof BlobStoreError)) throw error;
        // Whoever needs them says that they are missing.
      }
    }
    return texts;
  }

  /** Forgets what is not wanted, where that is most of it and takes more than a little. */
  async tidy(wanted: ReadonlySet<string>): Promise<void> {
    let used = 0;
    let unused = 0;
    for (const [sha256, { start, end }] of this.#places)
      if (wanted.has(sha256)) used += end - start;
      else unused += end - start;
    if (unused > Math.max(used, MOST_UNUSED_BYTES)) await this.#keepOnly(wanted);
  }

  async #keepOnly(wanted: ReadonlySet<string>): Promise<void> {
    const kept = await this.read([...this.#places.keys()].filter((sha256) => wanted.has(sha256)));
    if (kept.size === 0) return this.remove();
    const line = await this.#pack(kept);
    const beside = join(this.#directory, `${LIST}.new`);
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(line)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, join(this.#directory, LIST));
    const packs = new Set([...this.#places.values()].map(({ pack }) => pack));
    this.#places.clear();
    this.#add(line);
    const blobs = await this.#store();
    for (const pack of packs) if (pack !== line.pack) await blobs.delete(pack);
  }

  async remove(): Promise<void> {
    await this.close();
    this.#places.clear();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await (await this.#blobs)?.close();
    this.#blobs = null;
  }

  async #pack(texts: ReadonlyMap<string, string>): Promise<z.infer<typeof lineSchema>> {
    const pieces: Buffer[] = [];
    const outputs: [string, number, number][] = [];
    let at = 0;
    for (const [sha256, text] of texts) {
      const piece = Buffer.from(text);
      pieces.push(piece);
      outputs.push([sha256, at, at + piece.length]);
      at += piece.length;
    }
    const { id } = await (await this.#store()).put(Buffer.concat(pieces));
    return { pack: id, outputs };
  }

  #add({ pack, outputs }: z.infer<typeof lineSchema>): void {
    for (const [sha256, start, end] of outputs) this.#places.set(sha256, { pack, start, end });
  }

  #store(): Promise<BlobStore> {
    this.#blobs ??= mkdir(this.#directory, { recursive: true, mode: 0o700 }).then(() =>
      FileBlobStore.open(this.#directory),
    );
    return this.#blobs;
  }
}

/**
 * An output that some document keeps; null where none does.
 * @param isOpen whether a folder is in use: those are asked themselves
 */
export async function findKept(
  directory: string,
  sha256: string,
  isOpen: (name: string) => boolean,
): Promise<string | null> {
  for (const name of await readdir(directory).catch(() => [])) {
    if (isOpen(name)) continue;
    const list = await readFile(join(directory, name, LIST), 'utf8').catch(() => ''); // removed meanwhile
    if (!list.includes(sha256)) continue;
    const kept = await KeptOutputs.open(join(directory, name));
    const text = (await kept.read([sha256])).get(sha256);
    await kept.close();
    if (text !== undefined) return text;
  }
  return null;
}

function parsedLine(line: string): z.infer<typeof lineSchema> | null {
  if (line === '') return null;
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return null; // torn by a power cut, before anything could refer to it
  }
}
