import { access, mkdir, rename, stat, unlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { ContentError } from './content-error.ts';
import type { CheckpointModel } from './content-model.ts';
import { isoTime } from './iso-time.ts';
import { splitExtension } from './mime-type.ts';
import { copyOver, findTarget } from './replace-file.ts';
import type { KeepExisting } from './replace-file.ts';
import type { ServedPath } from './served-root.ts';
import { isMissing, isSystemError } from './system-failure.ts';

/** Jupyter keeps one checkpoint a file. */
const ONLY_ID = 'checkpoint';

/** Copies beside each file, in `.ipynb_checkpoints`, where jupyter_server has them too. */
export class Checkpoints {
  readonly #elsewhere: string;

  /**
   * @param elsewhere a folder for checkpoints of files that nothing can be put beside. jupyter_server takes a fixed name
   * in the system's temporary folder, where everybody can read them, or have prepared what is restored.
   */
  constructor(elsewhere: string) {
    this.#elsewhere = elsewhere;
  }

  async list(served: ServedPath): Promise<CheckpointModel[]> {
    const model = await checkpointModel(await this.#path(served, ONLY_ID));
    return model === null ? [] : [model];
  }

  /** @param durable whether it must survive a power cut; a copy of what was just saved need not */
  async create(served: ServedPath, durable: boolean): Promise<CheckpointModel> {
    if ((await stat(served.diskPath)).isDirectory()) {
      throw new ContentError('invalid', `There are no checkpoints of directories: ${served.path}`);
    }
    const path = await this.#path(served, ONLY_ID);
    await this.#makeFolder(path);
    await copyOver(served.diskPath, await findTarget(path), durable);
    return (await checkpointModel(path)) ?? notThere(served, ONLY_ID);
  }

  async restore(served: ServedPath, id: string, keep: KeepExisting): Promise<void> {
    const path = await this.#existing(served, id);
    await copyOver(path, await findTarget(served.diskPath, keep), true);
  }

  async delete(served: ServedPath, id: string): Promise<void> {
    await unlink(await this.#existing(served, id));
  }

  /** After a file has moved. */
  async follow(from: ServedPath, to: ServedPath): Promise<void> {
    const [source, target] = [await this.#path(from, ONLY_ID), await this.#path(to, ONLY_ID)];
    if ((await checkpointModel(source)) === null) return;
    await this.#makeFolder(target);
    try {
      await rename(source, target);
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EXDEV') throw error;
      await copyOver(source, await findTarget(target), true);
      await unlink(source);
    }
  }

  /** After a file is gone. */
  async forget(served: ServedPath): Promise<void> {
    await unlink(await this.#path(served, ONLY_ID)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async #existing(served: ServedPath, id: string): Promise<string> {
    const path = await this.#path(served, id);
    return (await checkpointModel(path)) === null ? notThere(served, id) : path;
  }

  async #path(served: ServedPath, id: string): Promise<string> {
    const [base, extension] = splitExtension(served.name);
    const file = `${base}-${id}${extension}`;
    const directory = dirname(served.diskPath);
    try {
      await access(directory, constants.W_OK);
      return join(directory, '.ipynb_checkpoints', file);
    } catch {
      return join(this.#elsewhere, directory, file);
    }
  }

  async #makeFolder(path: string): Promise<void> {
    const isElsewhere = path.startsWith(join(this.#elsewhere, '/'));
    await mkdir(dirname(path), { recursive: true, ...(isElsewhere ? { mode: 0o700 } : {}) });
  }
}

async function checkpointModel(path: string): Promise<CheckpointModel | null> {
  const info = await stat(path).catch(() => null);
  return info?.isFile() ? { id: ONLY_ID, last_modified: isoTime(info.mtimeMs) } : null;
}

function notThere(served: ServedPath, id: string): never {
  throw new ContentError('not-found', `Checkpoint does not exist: ${served.path}@${id}`);
}
