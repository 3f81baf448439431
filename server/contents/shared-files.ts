import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ContentError } from './content-error.ts';
import type { OnContentChange } from './content-store.ts';
import type { JsonObject } from './json-object.ts';
import type { NotebookFiles } from './notebook-files.ts';
import { readBytes } from './read-bytes.ts';
import type { KeepExisting } from './replace-file.ts';
import { ChangedMeanwhileError, findTarget, replaceFile } from './replace-file.ts';
import type { ServedPath, ServedRoot } from './served-root.ts';
import { isMissing } from './system-failure.ts';

/** One writing of one file: none of it is the same after any other. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  /** Device, inode and birth (`2049:131:1763730000000`): goes with the file where it is moved; null where there is none. */
  readonly inode: string | null;
}

/** What is put into a file in the place of what it holds. */
export interface SharedWriting {
  readonly bytes: Buffer<ArrayBuffer>;
  /** What is there now; null: no file. */
  readonly expected: FileState | null;
  /** Whether what is replaced is kept as a version (I6). */
  readonly keepsExisting: boolean;
}

/** The files of shared documents, for whoever keeps both alike: `DiskStore`'s own way of reading and writing. */
export class SharedFiles {
  readonly #root: ServedRoot;
  readonly #notebooks: NotebookFiles;
  readonly #keepAt: (served: ServedPath) => KeepExisting;
  readonly #exclusively: <T>(entries: readonly ServedPath[], task: () => Promise<T>) => Promise<T>;
  readonly #onChange: OnContentChange;

  constructor(deps: {
    readonly root: ServedRoot;
    readonly notebooks: NotebookFiles;
    readonly keepAt: (served: ServedPath) => KeepExisting;
    readonly exclusively: <T>(entries: readonly ServedPath[], task: () => Promise<T>) => Promise<T>;
    readonly onChange: OnContentChange;
  }) {
    this.#root = deps.root;
    this.#notebooks = deps.notebooks;
    this.#keepAt = deps.keepAt;
    this.#exclusively = deps.exclusively;
    this.#onChange = deps.onChange;
  }

  /** @throws ContentError for a path that cannot be one */
  diskPath(path: string): string {
    return this.#root.locate(path).diskPath;
  }

  /** Null where no regular file is. */
  async state(path: string): Promise<FileState | null> {
    const found = await this.#stat(path);
    return found === null ? null : stateOf(found);
  }

  /** @returns null where no file is. @throws ContentError, or the system's error, where it cannot be read */
  async read(
    path: string,
  ): Promise<{ readonly bytes: Buffer<ArrayBuffer>; readonly state: FileState } | null> {
    for (;;) {
      const before = await this.#stat(path);
      if (before === null) return null;
      const bytes = await readBytes(this.diskPath(path));
      const after = await this.#stat(path);
      // Somebody wrote it meanwhile: the bytes may be of two writings.
      if (after !== null && isSameState(stateOf(before), stateOf(after)))
        return { bytes, state: stateOf(after) };
    }
  }

  /** @throws ContentError for what is no UTF-8 */
  readText(bytes: Buffer<ArrayBuffer>): string {
    if (!isUtf8(bytes)) throw new ContentError('invalid', 'it is not UTF-8 encoded', 'bad format');
    return bytes.toString('utf8');
  }

  /**
   * A notebook's bytes as format 4, with JavaScript's numbers; in `exact` with those that JavaScript has no like of, too.
   * @throws ContentError, NotebookFormatError for what is no valid notebook
   */
  readNotebook(bytes: Buffer<ArrayBuffer>): Promise<{
    readonly notebook: JsonObject;
    readonly exact: JsonObject;
    readonly isTrusted: boolean;
  }> {
    return this.#notebooks.parseValid(bytes);
  }

  /**
   * A notebook as Jupyter writes it. Its cells are marked as trusted or not.
   * @param exact an earlier reading, for the numbers that are still the same
   * @throws NotebookFormatError for what is no notebook at all
   */
  notebookBytes(
    notebook: JsonObject,
    exact: JsonObject | null,
  ): {
    readonly bytes: Buffer<ArrayBuffer>;
    /** Signs it, if all that is to be rendered in it is trusted. */
    readonly sign: () => void;
  } {
    return this.#notebooks.toWrite(notebook, exact);
  }

  /** What is in the file, written before, becomes a version. */
  async keepVersion(path: string, saved: { size: number; sha256: string }, actor: string): Promise<void> {
    const { path: apiPath } = this.#root.locate(path);
    const type = apiPath.endsWith('.ipynb') ? 'notebook' : 'file';
    await this.#onChange({ action: 'save', path: apiPath, actor, type, ...saved });
  }

  /** Another program has moved it. */
  async moved(from: string, to: string): Promise<void> {
    const type = to.endsWith('.ipynb') ? 'notebook' : 'file';
    await this.#onChange({ action: 'rename', path: to, sourcePath: from, actor: 'server', type });
  }

  /**
   * Replaces a file as a save does.
   * @returns null where another program has written it since: nothing is done
   * @throws the system's error where it cannot be written: the file is as it was
   */
  async write(
    path: string,
    writing: SharedWriting,
  ): Promise<{ readonly sha256: string; readonly state: FileState } | null> {
    const served = this.#root.locate(path);
    const { bytes, expected, keepsExisting } = writing;
    const sha256 = hash('sha256', bytes);
    const written = await this.#exclusively([served], async () => {
      if (await this.#root.isHidden(served)) throw new ContentError('invalid', `${served.path} is hidden`);
      const target = await findTarget(served.diskPath, keepsExisting ? this.#keepAt(served) : null);
      const existing = target.existing === null ? null : stateOf(target.existing);
      if (!isSameState(existing, expected)) return null;
      try {
        return stateOf(await replaceFile({ ...target, mustBeUnchanged: true }, bytes));
      } catch (error) {
        if (error instanceof ChangedMeanwhileError) return null;
        throw error;
      }
    });
    return written && { sha256, state: written };
  }

  /** What is hidden is not there for anybody. */
  async #stat(path: string): Promise<Stats | null> {
    const served = this.#root.locate(path);
    if (await this.#root.isHidden(served)) return null;
    try {
      const found = await stat(served.diskPath);
      return found.isFile() ? found : null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

function stateOf({ size, mtimeMs, dev, ino, birthtimeMs }: Stats): FileState {
  return { size, mtimeMs, inode: ino === 0 ? null : `${dev}:${ino}:${Math.round(birthtimeMs)}` };
}

export function isSameState(one: FileState | null, other: FileState | null): boolean {
  if (one === null || other === null) return one === other;
  return one.size === other.size && one.mtimeMs === other.mtimeMs && one.inode === other.inode;
}
