import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findTarget, installUpload, nameBeside, openNew, type Target } from './replace-file.ts';
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
  readonly #uploads = new Map<string, Upload>();

  isUnderWay(diskPath: string): boolean {
    return this.#uploads.has(diskPath);
  }

  /** @param chunk 1 for the first part, -1 for the last one, anything else between */
  async receive(diskPath: string, chunk: unknown, bytes: Buffer): Promise<Received> {
    const target = await findTarget(diskPath);
    const upload = chunk === 1 ? await this.#begin(diskPath, target) : await this.#goOn(diskPath, target);
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

  async close(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((diskPath) => this.#abandon(diskPath)));
  }

  async #begin(diskPath: string, target: Target): Promise<Upload> {
    await this.#abandon(diskPath);
    const partPath = nameBeside(target.diskPath, 'upload');
    await removeStale(dirname(partPath));
    await (await openNew(partPath, target.existing)).close();
    return this.#keep(diskPath, partPath, createHash('sha256'));
  }

  async #goOn(diskPath: string, target: Target): Promise<Upload> {
    const known = this.#uploads.get(diskPath);
    if (known !== undefined) return this.#keep(diskPath, known.partPath, known.hash);
    const partPath = nameBeside(target.diskPath, 'upload');
    const left = await stat(partPath).catch(() => null);
    // A part without a beginning continues the file as it is: that is what jupyter_server does.
    if (left === null && target.existing !== null) {
      await copyFile(target.diskPath, partPath, constants.COPYFILE_EXCL);
    }
    return this.#keep(diskPath, partPath, null);
  }

  #keep(diskPath: string, partPath: string, hash: Hash | null): Upload {
    this.#forget(diskPath);
    const timer = setTimeout(() => {
      this.#abandon(diskPath).catch(() => {
        // Nobody waits for this; what stays is removed as stale by a later upload.
      });
    }, ABANDONED_AFTER_MS).unref();
    const upload = { partPath, hash, timer };
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
