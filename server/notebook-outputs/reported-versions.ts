import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** What tells one writing of a file from another. */
export interface FileStats {
  readonly size: number;
  readonly mtimeMs: number;
}

/** What clients are told of a file's bytes. */
export interface ReportedVersion {
  readonly sha256: string;
  /** ISO 8601, UTC, microseconds. */
  readonly modified: string;
}

const writingSchema = z.object({
  sha256: z.string(),
  /** Null until it is known to be in its place. */
  stats: z.object({ size: z.number(), mtimeMs: z.number() }).nullable(),
});
const recordSchema = z.object({
  reported: z.object({ sha256: z.string(), modified: z.string() }),
  /** The last two: which of them is on disk after a crash is for the disk to say. */
  writings: z.array(writingSchema),
});
const fileSchema = z.object({ version: z.literal(1), notebooks: z.record(z.string(), recordSchema) });

type Record = z.infer<typeof recordSchema>;

const MOST_NOTEBOOKS = 10_000;

/**
 * As what clients know a notebook that the server has written outputs into: as the version that it was before, with that
 * one's hash and time, for they would ask about overwriting otherwise. Kept in a small file of its own, which is in its
 * place before the notebook is, so that a crash between the two changes nothing.
 */
export class ReportedVersions {
  readonly #file: string;
  readonly #warn: (message: string) => void;
  readonly #notebooks: Map<string, Record>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, warn: (message: string) => void, notebooks: Map<string, Record>) {
    this.#file = file;
    this.#warn = warn;
    this.#notebooks = notebooks;
  }

  static async open(file: string, warn: (message: string) => void): Promise<ReportedVersions> {
    return new ReportedVersions(file, warn, await readNotebooks(file, warn));
  }

  /** What the file on disk is known as; null: as what it is. */
  byStats(path: string, { size, mtimeMs }: FileStats): ReportedVersion | null {
    const record = this.#notebooks.get(path);
    const isOurs = record?.writings.some(
      ({ stats }) => stats !== null && stats.size === size && stats.mtimeMs === mtimeMs,
    );
    return isOurs === true && record !== undefined ? record.reported : null;
  }

  byHash(path: string, sha256: string): ReportedVersion | null {
    const record = this.#notebooks.get(path);
    const isOurs =
      record?.reported.sha256 === sha256 || record?.writings.some((writing) => writing.sha256 === sha256);
    return isOurs === true && record !== undefined ? record.reported : null;
  }

  /** Whether the server, and nobody since, has put outputs into the file. */
  isFold(path: string, stats: FileStats): boolean {
    const { size, mtimeMs } = stats;
    const record = this.#notebooks.get(path);
    return (
      record?.writings.some(
        (writing) =>
          writing.sha256 !== record.reported.sha256 &&
          writing.stats?.size === size &&
          writing.stats.mtimeMs === mtimeMs,
      ) === true
    );
  }

  /** Outputs are about to be written into a file. */
  async folding(path: string, before: string, after: string, reported: ReportedVersion): Promise<void> {
    const known = this.#notebooks.get(path)?.writings.find(({ sha256 }) => sha256 === before);
    this.#set(path, {
      reported,
      writings: [known ?? { sha256: before, stats: null }, { sha256: after, stats: null }],
    });
    await this.#write();
  }

  /** They are in their place. */
  async folded(path: string, sha256: string, { size, mtimeMs }: FileStats): Promise<void> {
    const record = this.#notebooks.get(path);
    if (record === undefined) return;
    this.#set(path, { ...record, writings: [{ sha256, stats: { size, mtimeMs } }] });
    await this.#write();
  }

  /** Somebody saved it: it is known as what it is. */
  async saved(path: string, reported: ReportedVersion, { size, mtimeMs }: FileStats): Promise<void> {
    this.#set(path, { reported, writings: [{ sha256: reported.sha256, stats: { size, mtimeMs } }] });
    await this.#write();
  }

  /** It is known as what it is, whatever that is. */
  async drop(path: string): Promise<void> {
    if (this.#notebooks.delete(path)) await this.#write();
  }

  /** A file is gone, or all that is in a folder. */
  async forget(path: string): Promise<void> {
    const gone = this.#at(path);
    for (const [each] of gone) this.#notebooks.delete(each);
    if (gone.length > 0) await this.#write();
  }

  async renamed(from: string, to: string): Promise<void> {
    const moved = this.#at(from);
    for (const [path] of moved) this.#notebooks.delete(path);
    for (const [path, record] of moved) this.#notebooks.set(to + path.slice(from.length), record);
    if (moved.length > 0) await this.#write();
  }

  #at(path: string): [string, Record][] {
    return [...this.#notebooks].filter(([each]) => each === path || each.startsWith(`${path}/`));
  }

  #set(path: string, record: Record): void {
    this.#notebooks.delete(path);
    this.#notebooks.set(path, record);
    const [oldest] = this.#notebooks.keys();
    if (this.#notebooks.size > MOST_NOTEBOOKS && oldest !== undefined) this.#notebooks.delete(oldest);
  }

  /** A failure costs a question about overwriting after the next start, no content. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const text = JSON.stringify({ version: 1, notebooks: Object.fromEntries(this.#notebooks) });
      try {
        await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
        await writeFile(`${this.#file}.new`, text, { mode: 0o600 });
        await rename(`${this.#file}.new`, this.#file);
      } catch (error) {
        this.#warn(`${this.#file} could not be written: ${String(error)}`);
      }
    });
    return this.#writing;
  }
}

async function readNotebooks(file: string, warn: (message: string) => void): Promise<Map<string, Record>> {
  try {
    const { notebooks } = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return new Map(Object.entries(notebooks));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(`${file} cannot be read: ${String(error)}`);
    return new Map();
  }
}
