import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { parseJson } from '../hosted/codec/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';

const VERSION = 1;
const SUFFIX = '.json';

/** What is known of a kernel whose job has a supervisor. It holds environments: 0600. */
export interface JobRecord {
  readonly request: LaunchRequest;
  readonly jobId: string;
  /** Its files that the nodes see. */
  readonly folder: string;
}

/** The records of a place, a file a kernel. */
export class JobRecords {
  readonly #folder: string;
  readonly #records = new Map<string, JobRecord>();

  /** @throws the file system's errors */
  constructor(folder: string, log: KernelLog) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    for (const name of readdirSync(folder).filter((one) => one.endsWith(SUFFIX))) {
      try {
        const record = parseRecord(readFileSync(join(folder, name)));
        this.#records.set(record.request.kernelId, record);
      } catch (error) {
        log.warn({ file: name, reason: (error as Error).message }, "a kernel's record is passed over");
      }
    }
  }

  get all(): readonly JobRecord[] {
    return [...this.#records.values()];
  }

  get(kernelId: string): JobRecord | undefined {
    return this.#records.get(kernelId);
  }

  /** For what else is kept of a kernel. */
  folderOf(kernelId: string): string {
    return join(this.#folder, kernelId);
  }

  /**
   * At once, and whole.
   * @throws the file system's errors
   */
  write(record: JobRecord): void {
    const file = this.#file(record.request.kernelId);
    writeFileSync(`${file}.new`, JSON.stringify({ version: VERSION, ...record }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.#records.set(record.request.kernelId, record);
  }

  /** Idempotent. */
  remove(kernelId: string): void {
    this.#records.delete(kernelId);
    rmSync(this.#file(kernelId), { force: true });
    rmSync(this.folderOf(kernelId), { recursive: true, force: true });
  }

  #file(kernelId: string): string {
    return join(this.#folder, `${kernelId}${SUFFIX}`);
  }
}

function parseRecord(bytes: Buffer): JobRecord {
  const fields = parseJson(bytes, 'the record');
  fields.oneOfNumbers('version', [VERSION]);
  return {
    request: readLaunchRequest(fields.fields('request')),
    jobId: fields.text('jobId'),
    folder: fields.text('folder'),
  };
}
