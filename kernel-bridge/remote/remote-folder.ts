import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRemoteRecord, type RemoteRecord, serializeRemoteRecord } from './remote-record.ts';

/** Beside the records of kernels on this machine, which are others' to read. */
const RECORD = 'remote.json';

/** The record of one kernel that runs elsewhere, in the folder that it has here. */
export class RemoteFolder {
  readonly #path: string;
  #record: RemoteRecord | null;

  /**
   * @param record the one that is in it
   * @throws the file system's errors
   */
  constructor(path: string, record: RemoteRecord | null = null) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.#path = path;
    this.#record = record;
  }

  get record(): RemoteRecord | null {
    return this.#record;
  }

  /**
   * At once, and whole: the file is the old one or the new one.
   * @throws the file system's errors
   */
  write(record: RemoteRecord): void {
    const file = join(this.#path, RECORD);
    const fresh = `${file}.new`;
    writeFileSync(fresh, serializeRemoteRecord(record), { mode: 0o600 });
    renameSync(fresh, file);
    this.#record = record;
  }

  /** @throws the file system's errors */
  amend(changes: Partial<RemoteRecord>): void {
    if (this.#record !== null) this.write({ ...this.#record, ...changes });
  }

  /** The kernel is over. What others keep in the folder stays. */
  async remove(): Promise<void> {
    this.#record = null;
    for (const name of [RECORD, `${RECORD}.new`]) await rm(join(this.#path, name), { force: true });
    await rmdir(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
    });
  }
}

/**
 * The records in a folder of such folders. One that cannot be read is passed over.
 * @param onDamaged hears which, and why
 */
export async function readRemoteRecords(
  folder: string,
  onDamaged: (file: string, reason: string) => void,
): Promise<RemoteRecord[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const records: RemoteRecord[] = [];
  for (const name of names) {
    const file = join(folder, name, RECORD);
    try {
      const record = parseRemoteRecord(await readFile(file));
      if (record.request.kernelId !== name) throw new Error(`it is that of ${record.request.kernelId}`);
      records.push(record);
    } catch (error) {
      // Most kernels run on this machine.
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) continue;
      onDamaged(file, (error as Error).message);
    }
  }
  return records;
}
