import { join } from 'node:path';
import type { LaunchRequest } from '../kernel.ts';
import { FRESH } from '../limits/limit-watch.ts';
import { KernelRecordFile, type RecordKind, removeIfEmpty } from '../life/kernel-record-file.ts';
import type { KernelLog } from './kernel-log.ts';
import { KernelOutput } from './kernel-output.ts';
import { type KernelRecord, parseRecord, serializeRecord } from './kernel-record.ts';

export const LOCAL_RECORDS: RecordKind<KernelRecord> = {
  name: 'record.json',
  serialize: serializeRecord,
  parse: parseRecord,
};

/** What one kernel has on disk, so that it can be taken over: its record, and what its processes write. */
export class KernelFolder {
  readonly output: KernelOutput;
  readonly #path: string;
  readonly #file: KernelRecordFile<KernelRecord>;

  /**
   * @param record the one that is in it
   * @throws the file system's errors
   */
  constructor(path: string, log: KernelLog, record: KernelRecord | null = null) {
    this.#path = path;
    this.#file = new KernelRecordFile(path, LOCAL_RECORDS, record);
    this.output = new KernelOutput(join(path, 'output.log'), log);
  }

  /** @throws the file system's errors */
  write(record: KernelRecord): void {
    this.#file.write(record);
  }

  /** @throws the file system's errors */
  amend(changes: Partial<KernelRecord>): void {
    this.#file.amend(changes);
  }

  /**
   * @param startedAt when it began to be somebody's, from which its limits count
   * @throws the file system's errors
   */
  amendAssigned(request: LaunchRequest, { pid, identity }: KernelRecord['process'], startedAt: number): void {
    this.amend({ request, process: { pid, identity, startedAt }, limitState: FRESH });
  }

  /** The kernel is over. What others keep in the folder stays. The record first: by it the kernel would be taken for alive. */
  async remove(): Promise<void> {
    await this.#file.remove();
    await this.output.remove();
    await removeIfEmpty(this.#path);
  }
}
