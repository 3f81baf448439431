import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchRequest } from '../kernel.ts';

/** The records that one kind of launcher keeps, each in the folder of its kernel and beside those of other kinds. */
export interface RecordKind<Kept extends { readonly request: LaunchRequest }> {
  /** Its name in the folder. */
  readonly name: string;
  serialize(record: Kept): string;
  /** @throws MalformedError for what is no record of this kind */
  parse(bytes: Buffer): Kept;
}

/** What one kernel has on disk so that another holder can take it over. It may hold keys and environments: 0600. */
export class KernelRecordFile<Kept extends { readonly request: LaunchRequest }> {
  readonly #folder: string;
  readonly #kind: RecordKind<Kept>;
  #record: Kept | null;

  /**
   * @param folder of this kernel; made where it is missing
   * @param record the one that is in it
   * @throws the file system's errors
   */
  constructor(folder: string, kind: RecordKind<Kept>, record: Kept | null = null) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#kind = kind;
    this.#record = record;
  }

  get record(): Kept | null {
    return this.#record;
  }

  /**
   * At once, for a process without a record would be lost if this one ended. The file is the old one or the new one.
   * @throws the file system's errors
   */
  write(record: Kept): void {
    const file = join(this.#folder, this.#kind.name);
    const fresh = `${file}.new`;
    writeFileSync(fresh, this.#kind.serialize(record), { mode: 0o600 });
    renameSync(fresh, file);
    this.#record = record;
  }

  /** @throws the file system's errors */
  amend(changes: Partial<Kept>): void {
    if (this.#record !== null) this.write({ ...this.#record, ...changes });
  }

  /** The kernel is over. What others keep in the folder stays. */
  async remove(): Promise<void> {
    this.#record = null;
    const { name } = this.#kind;
    for (const file of [name, `${name}.new`]) await rm(join(this.#folder, file), { force: true });
    await removeIfEmpty(this.#folder);
  }
}

/** The folder of a kernel that is over, unless somebody keeps something of it there. */
export async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  });
}

/**
 * The records of a kind in a folder of kernels' folders. One that cannot be read is passed over: the others live.
 * @param onDamaged hears which, and why
 */
export async function readKernelRecords<Kept extends { readonly request: LaunchRequest }>(
  folder: string,
  kind: RecordKind<Kept>,
  onDamaged: (file: string, reason: string) => void,
): Promise<Kept[]> {
  const kernelIds = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const records: Kept[] = [];
  for (const kernelId of kernelIds) {
    const file = join(folder, kernelId, kind.name);
    try {
      const record = kind.parse(await readFile(file));
      if (record.request.kernelId !== kernelId) throw new Error(`it is that of ${record.request.kernelId}`);
      records.push(record);
    } catch (error) {
      // A kernel of another kind, or what others keep of one that is over.
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) continue;
      onDamaged(file, (error as Error).message);
    }
  }
  return records;
}
