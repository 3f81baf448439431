import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelLog } from './kernel-log.ts';
import { KernelOutput } from './kernel-output.ts';
import { type KernelRecord, parseRecord, serializeRecord } from './kernel-record.ts';

const RECORD = 'record.json';

/** What one kernel has on disk, so that it can be taken over: its record, and what its processes write. */
export class KernelFolder {
  readonly output: KernelOutput;
  readonly #path: string;
  #record: KernelRecord | null;

  /**
   * @param record the one that is in it
   * @throws the file system's errors
   */
  constructor(path: string, log: KernelLog, record: KernelRecord | null = null) {
    this.#record = record;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.#path = path;
    this.output = new KernelOutput(join(path, 'output.log'), log);
  }

  /**
   * At once, for a process without a record would be lost if this one ended. The file is the old one or the new one.
   * @throws the file system's errors
   */
  write(record: KernelRecord): void {
    const file = join(this.#path, RECORD);
    const fresh = `${file}.new`;
    writeFileSync(fresh, serializeRecord(record), { mode: 0o600 });
    renameSync(fresh, file);
    this.#record = record;
  }

  /** @throws the file system's errors */
  amend(changes: Partial<KernelRecord>): void {
    if (this.#record !== null) this.write({ ...this.#record, ...changes });
  }

  /** The kernel is over. What others keep in the folder stays. */
  async remove(): Promise<void> {
    await rm(join(this.#path, RECORD), { force: true });
    await rm(join(this.#path, `${RECORD}.new`), { force: true });
    await this.output.remove();
    await rmdir(this.#path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
    });
  }
}

/**
 * The records of all kernels in a folder of such folders. One that cannot be read is passed over: the others live.
 * @param onDamaged hears which, and why
 */
export async function readRecords(
  folder: string,
  onDamaged: (file: string, reason: string) => void,
): Promise<KernelRecord[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const records: KernelRecord[] = [];
  for (const name of names) {
    const file = join(folder, name, RECORD);
    try {
      const record = parseRecord(await readFile(file));
      if (record.request.kernelId !== name) throw new Error(`it is that of ${record.request.kernelId}`);
      records.push(record);
    } catch (error) {
      // A folder without a record holds what others keep of a kernel that is over.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') continue;
      onDamaged(file, (error as Error).message);
    }
  }
  return records;
}
