import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KernelError, type LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { parseJson } from '../hosted/codec/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';

export interface FarRecord {
  readonly launch: LaunchRequest;
  /** Somebody asked for its end while it could not be reached: it is ended as soon as it can be. */
  readonly isEnding: boolean;
}

const SUFFIX = '.json';

/**
 * Which kernels one supervisor elsewhere holds for this server: a file for each, readable by its owner alone, for
 * environments have secrets.
 */
export class FarRecords {
  readonly #folder: string;
  readonly #records = new Map<string, FarRecord>();
  readonly #unreadable = new Set<string>();

  /** A record that cannot be read is told to the log, and left alone. */
  constructor(folder: string, log: KernelLog) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (!name.endsWith(SUFFIX)) continue;
      try {
        const fields = parseJson(readFileSync(join(folder, name)), name);
        const launch = readLaunchRequest(fields.fields('launch'));
        this.#records.set(launch.kernelId, { launch, isEnding: fields.isTrue('isEnding') });
      } catch (error) {
        this.#unreadable.add(name.slice(0, -SUFFIX.length));
        log.warn(
          { file: join(folder, name), reason: (error as Error).message },
          'what is known of a kernel elsewhere cannot be read',
        );
      }
    }
  }

  get size(): number {
    return this.#records.size;
  }

  all(): readonly FarRecord[] {
    return [...this.#records.values()];
  }

  get(kernelId: string): FarRecord | null {
    return this.#records.get(kernelId) ?? null;
  }

  /** There is a record of it that says nothing: a repaired one may, to a later server. */
  isUnreadable(kernelId: string): boolean {
    return this.#unreadable.has(kernelId);
  }

  /** @throws KernelError KERNEL_LAUNCH_FAILED if it cannot be written, or its id is no file name */
  add(launch: LaunchRequest): void {
    if (!/^[\w-]{1,64}$/.test(launch.kernelId))
      throw new KernelError('KERNEL_LAUNCH_FAILED', 'the id of a kernel is a word of at most 64 letters');
    try {
      this.#write({ launch, isEnding: false });
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new KernelError('KERNEL_LAUNCH_FAILED', `that it is started cannot be written down: ${reason}`, {
        cause,
      });
    }
  }

  /** Also if the disk does not take it: then until this process ends. */
  end(kernelId: string, log: KernelLog): void {
    const record = this.#records.get(kernelId);
    if (record === undefined) return;
    const ending = { ...record, isEnding: true };
    this.#records.set(kernelId, ending);
    try {
      this.#write(ending);
    } catch (error) {
      log.warn({ kernelId, reason: (error as Error).message }, 'that a kernel is to end is not written down');
    }
  }

  /** It is over, and nothing of it is left to hear. */
  remove(kernelId: string): void {
    if (this.#records.delete(kernelId)) rmSync(this.#fileOf(kernelId), { force: true });
  }

  #write(record: FarRecord): void {
    const file = this.#fileOf(record.launch.kernelId);
    writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.#records.set(record.launch.kernelId, record);
  }

  #fileOf(kernelId: string): string {
    return join(this.#folder, `${kernelId}${SUFFIX}`);
  }
}
