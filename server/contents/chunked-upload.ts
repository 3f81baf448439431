import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ContentError } from './content-error.ts';
import { KeyedLock } from './keyed-lock.ts';
import { findTarget, followLinks, installUpload, nameBeside, openNew } from './replace-file.ts';
import type { KeepExisting, Target } from './replace-file.ts';
import { isMissing } from './system-failure.ts';

/** A tab that sent nothing for so long has been closed. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;
/** What a killed server left is nobody's after so long. */
const STALE_AFTER_MS = 24 * 60 * 60 * 1000;

interface Upload {
  readonly partPath: string;
  /** Null where the beginning came before this process: then the file would have to be read again. */
  readonly hash: Hash | null;
  readonly timer: NodeJS.Timeout;
  /** The number that its next part must have; null where the beginning came before this process. */
  readonly next: number | null;
}

/** What a chunk led to: the file so far, or the finished one. */
export interface Received {
  readonly diskPath: string;
  readonly finished: boolean;
  readonly sha256: string | null;
}

/**
 * Files that arrive in parts. They grow beside their target under a hidden name and take its place when the last part
 * has come, so that nobody reads half a file and a broken upload destroys nothing (I6). The growing file is the only
 * state that matters: a part sent after a restart of the server goes on where the last one ended.
 */
export class ChunkedUploads {
  /** By the file that each will replace, all links followed. */
  readonly #uploads = new Map<string, Upload>();
  readonly #lock = new KeyedLock();

  async isUnderWay(diskPath: string): Promise<boolean> {
    return this.#uploads.size > 0 && this.#uploads.has(await followLinks(diskPath).catch(() => diskPath));
  }

  /**
   * @param chunk 1 for the first part, -1 for the last one, anything else between
   * @throws ContentError for a part that does not follow the one before: two clients send one file, and the one that
   *   began first is told; jupyter_server mixes them
   */
  async receive(diskPath: string, chunk: unknown, bytes: Buffer, keep: KeepExisting): Promise<Received> {
    const target = await findTarget(diskPath, keep);
    return this.#lock.run(target.diskPath, () => this.#receive(target, chunk, bytes));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((diskPath) => this.#abandon(diskPath)));
  }

  async #receive(target: Target, chunk: unknown, bytes: Buffer): Promise<Received> {
    const { diskPath } = target;
    const upload = chunk === 1 ? await this.#begin(target) : await this.#goOn(target, chunk);
    try {
      await append(upload.partPath, bytes);
      upload.hash?.update(bytes);
      if (chunk !== -1) return { diskPath: upload.partPath, finished: false, sha256: null };
      await installUpload(upload.partPath, target);
    } catch (error) {
      await this.#abandon(diskPath);
      throw error;
    }
    this.#forget(diskPath);
    return { diskPath, finished: true, sha256: upload.hash?.digest('hex') ?? null };
  }

  async #begin(target: Target): Promise<Upload> {
    const { diskPath } = target;
    await this.#abandon(diskPath);
    const partPath = nameBeside(diskPath, 'upload');
    await removeStale(dirname(partPath));
    await (await openNew(partPath, target.existing)).close();
    return this.#keep(diskPath, { partPath, hash: createHash('sha256'), next: 2 });
  }

  async #goOn(target: Target, chunk: unknown): Promise<Upload> {
    const { diskPath } = target;
    const known = this.#uploads.get(diskPath);
    if (known !== undefined) {
      const { next } = known;
      const isNumbered = next !== null && typeof chunk === 'number' && chunk > 1;
      if (isNumbered && chunk !== next) {
        const message = `Part ${chunk} of ${basename(diskPath)} came where part ${next} was expected: it is being uploaded twice`;
        throw new ContentError('invalid', message);
      }
      return this.#keep(diskPath, { ...known, next: isNumbered ? next + 1 : next });
    }
    const partPath = nameBeside(diskPath, 'upload');
    const left = await stat(partPath).catch(() => null);
    // A part without a beginning continues the file as it is: that is what jupyter_server does.
    if (left === null && target.existing !== null) {
      await copyFile(diskPath, partPath, constants.COPYFILE_EXCL);
    }
    return this.#keep(diskPath, { partPath, hash: null, next: null });
  }

  #keep(diskPath: string, state: Omit<Upload, 'timer'>): Upload {
    this.#forget(diskPath);
    const timer = setTimeout(() => {
      this.#abandon(diskPath).catch(() => {
        // Nobody waits for this; what stays is removed as stale by a later upload.
      });
    }, ABANDONED_AFTER_MS).unref();
    const upload = { ...state, timer };
    this.#uploads.set(diskPath, upload);
    return upload;
  }

  #forget(diskPath: string): void {
    clearTimeout(this.#uploads.get(diskPath)?.timer);
    this.#uploads.delete(diskPath);
  }

  async #abandon(diskPath: string): Promise<void> {
    const upload = this.#uploads.get(diskPath);
    if (upload === undefined) return;
    this.#forget(diskPath);
    await unlink(upload.partPath).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
}

async function append(partPath: string, bytes: Buffer): Promise<void> {
  const handle = await open(partPath, 'a');
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

async function removeStale(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!/^\.~[0-9a-f]{16}\.upload$/.test(name)) continue;
    const path = join(directory, name);
    const info = await stat(path).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > STALE_AFTER_MS) await unlink(path);
  }
}
