import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchRequest } from '../kernel.ts';
import { type KeptMessage, readKeptMessage } from '../life/held-messages.ts';
import { type Fields, parseJson } from '../protocol/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';

const VERSION = 1;
/** Beside the records of other kinds of kernels, each in the folder of its kernel. */
const RECORD = 'gateway-kernel.json';

/** All that another process needs to take over a kernel that a gateway runs. It holds what was asked for: 0600. */
export interface GatewayRecord {
  readonly request: LaunchRequest;
  /** As the gateway names it. */
  readonly remoteId: string;
  /** Of our websocket, by which the gateway knows who comes back. */
  readonly sessionId: string;
  /** Names the process in what it says; null until it has answered. */
  readonly kernelSession: string | null;
  /** The content of its kernel_info_reply; null until it has answered. */
  readonly kernelInfo: Readonly<Record<string, unknown>> | null;
  /** What it was to be sent, where its holder left before. */
  readonly waiting: readonly KeptMessage[];
  /** It is heard some time after it was found, and then tells for how long it was not (see `AdoptingLauncher`). */
  readonly isHeardLater: true;
}

/** @throws MalformedError for what is no record of ours */
export function parseGatewayRecord(bytes: Buffer): GatewayRecord {
  const fields: Fields = parseJson(bytes, 'the record');
  fields.oneOfNumbers('version', [VERSION]);
  return {
    request: readLaunchRequest(fields.fields('request')),
    remoteId: fields.text('remoteId'),
    sessionId: fields.text('sessionId'),
    kernelSession: fields.textOrNull('kernelSession'),
    kernelInfo: fields.isNull('kernelInfo') ? null : fields.anyObject('kernelInfo'),
    waiting: fields.list('waiting').map(readKeptMessage),
    isHeardLater: true,
  };
}

/** The record of one kernel on disk. */
export class GatewayRecordFile {
  readonly #folder: string;
  #record: GatewayRecord | null = null;

  /** @throws the file system's errors */
  constructor(folder: string, record: GatewayRecord | null) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#record = record;
  }

  /** At once, and whole: the file is the old one or the new one. @throws the file system's errors */
  write(record: GatewayRecord): void {
    const file = join(this.#folder, RECORD);
    writeFileSync(`${file}.new`, JSON.stringify({ version: VERSION, ...record }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.#record = record;
  }

  /** @throws the file system's errors */
  amend(changes: Partial<GatewayRecord>): void {
    if (this.#record !== null) this.write({ ...this.#record, ...changes });
  }

  /** The kernel is over. What others keep in the folder stays. */
  async remove(): Promise<void> {
    this.#record = null;
    for (const name of [RECORD, `${RECORD}.new`]) await rm(join(this.#folder, name), { force: true });
    await rmdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
    });
  }
}

/**
 * Those in a folder of such folders. One that cannot be read is passed over.
 * @param onDamaged hears which, and why
 */
export async function readGatewayRecords(
  folder: string,
  onDamaged: (file: string, reason: string) => void,
): Promise<GatewayRecord[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const records: GatewayRecord[] = [];
  for (const name of names) {
    const file = join(folder, name, RECORD);
    try {
      const record = parseGatewayRecord(await readFile(file));
      if (record.request.kernelId !== name) throw new Error(`it is that of ${record.request.kernelId}`);
      records.push(record);
    } catch (error) {
      // Most kernels are of other kinds.
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) continue;
      onDamaged(file, (error as Error).message);
    }
  }
  return records;
}
