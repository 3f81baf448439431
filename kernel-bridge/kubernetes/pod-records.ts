import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { parseJson } from '../hosted/codec/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';

const VERSION = 1;
const SERVER_FILE = 'server-id';
const SUFFIX = '.json';

/**
 * The kernels for which this server made a pod, or is about to: a file each, readable by its owner alone, for environments
 * have secrets. A pod of this server that has none is nobody's.
 */
export class PodRecords {
  /** By which this server tells its pods from those of others in the same namespace. */
  readonly serverId: string;
  readonly #folder: string;
  readonly #records = new Map<string, LaunchRequest>();

  /** @throws the file system's errors */
  constructor(folder: string, log: KernelLog) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.serverId = readOrMakeId(join(folder, SERVER_FILE));
    for (const name of readdirSync(folder).filter((one) => one.endsWith(SUFFIX))) {
      try {
        const request = parseRecord(readFileSync(join(folder, name)));
        this.#records.set(request.kernelId, request);
      } catch (error) {
        log.warn({ file: name, reason: (error as Error).message }, "a kernel's record is passed over");
      }
    }
  }

  has(kernelId: string): boolean {
    return this.#records.has(kernelId);
  }

  get(kernelId: string): LaunchRequest | undefined {
    return this.#records.get(kernelId);
  }

  get all(): readonly LaunchRequest[] {
    return [...this.#records.values()];
  }

  /**
   * At once, and whole: the file is the old one or the new one.
   * @throws the file system's errors
   */
  write(request: LaunchRequest): void {
    const { kernelId } = request;
    const fresh = join(this.#folder, `${kernelId}.new`);
    writeFileSync(fresh, JSON.stringify({ version: VERSION, request }), { mode: 0o600 });
    renameSync(fresh, this.#file(kernelId));
    this.#records.set(kernelId, request);
  }

  /** Idempotent. */
  remove(kernelId: string): void {
    this.#records.delete(kernelId);
    rmSync(this.#file(kernelId), { force: true });
    rmSync(this.folderOf(kernelId), { recursive: true, force: true });
  }

  /** For what else is to be known of a kernel. */
  folderOf(kernelId: string): string {
    return join(this.#folder, kernelId);
  }

  #file(kernelId: string): string {
    return join(this.#folder, `${kernelId}${SUFFIX}`);
  }
}

function parseRecord(bytes: Buffer): LaunchRequest {
  const fields = parseJson(bytes, 'the record');
  fields.oneOfNumbers('version', [VERSION]);
  return readLaunchRequest(fields.fields('request'));
}

function readOrMakeId(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const id = randomUUID();
    writeFileSync(file, `${id}\n`, { mode: 0o600 });
    return id;
  }
}
