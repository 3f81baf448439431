import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const MOST = 8;
const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * What clients have read or saved of files whose documents were open: what they save next was made of one of these. On disk,
 * because a page outlives the server; the last few of each document.
 */
export class GivenVersions {
  readonly #directory: string;
  readonly #warn: (message: string) => void;
  /** By document: one after the other. */
  readonly #noting = new Map<string, Promise<void>>();

  constructor(directory: string, warn: (message: string) => void) {
    this.#directory = directory;
    this.#warn = warn;
  }

  /** A failure is told to the operator: the save of a page that has it may be merged as if it was older. */
  note(documentId: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
    return this.notePacked(documentId, hash('sha256', bytes), () => compress(bytes, { level: 1 }));
  }

  /** @param packed its bytes, compressed (gzip); null where they are gone */
  notePacked(documentId: string, sha256: string, packed: () => Promise<Buffer | null>): Promise<void> {
    const noting = (this.#noting.get(documentId) ?? Promise.resolve()).then(async () => {
      try {
        await this.#note(join(this.#directory, documentId), sha256, packed);
      } catch (error) {
        this.#warn(`What a client has of a document could not be kept: ${String(error)}`);
      }
      if (this.#noting.get(documentId) === noting) this.#noting.delete(documentId);
    });
    this.#noting.set(documentId, noting);
    return noting;
  }

  async #note(folder: string, sha256: string, packed: () => Promise<Buffer | null>): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = await namesIn(folder);
    if (names.at(-1)?.endsWith(sha256) === true) return;
    const content = await packed();
    if (content === null) return;
    const name = `${String(Date.now()).padStart(16, '0')}-${sha256}`;
    await writeFile(join(folder, `${name}.new`), content, { mode: 0o600 });
    await rename(join(folder, `${name}.new`), join(folder, name));
    const same = names.filter((each) => each.endsWith(sha256));
    const old = names.filter((each) => !same.includes(each)).slice(0, 1 - MOST);
    for (const each of [...same, ...old]) await rm(join(folder, each), { force: true });
  }

  /** Newest first. */
  async of(documentId: string): Promise<readonly Buffer<ArrayBuffer>[]> {
    await this.#noting.get(documentId);
    const folder = join(this.#directory, documentId);
    const read = (name: string): Promise<Buffer<ArrayBuffer> | null> =>
      readFile(join(folder, name))
        .then(decompress)
        .catch(() => null); // torn, or just removed
    const found = await Promise.all((await namesIn(folder)).reverse().map(read));
    return found.flatMap((bytes) => bytes ?? []);
  }
}

/** Oldest first. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []); // no folder: nothing was given
  return names.filter((name) => /^\d{16}-[0-9a-f]{64}$/.test(name)).sort();
}
