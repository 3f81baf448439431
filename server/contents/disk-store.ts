import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { baseModel, typeOfFile } from './base-model.ts';
import { Checkpoints } from './checkpoints.ts';
import { ChunkedUploads } from './chunked-upload.ts';
import { ContentError } from './content-error.ts';
import type { CheckpointModel, ContentModel, ContentType } from './content-model.ts';
import { ContentReader } from './content-reader.ts';
import type { ContentStore, GetOptions, LocatedFile, OnContentChange, SaveRequest } from './content-store.ts';
import { ContentWriter } from './content-writer.ts';
import { copyEntry, deleteEntry, freePathIn, renameEntry } from './entry-moves.ts';
import { isoTime } from './iso-time.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { EditNotebook, NotebookRewritten } from './notebook-files.ts';
import { NotebookFiles } from './notebook-files.ts';
import type { NotebookOutputs } from './notebook-outputs.ts';
import { NotebookTrust } from './notebook-trust.ts';
import { PythonNbformat } from './python-nbformat.ts';
import { findTarget, type KeepExisting } from './replace-file.ts';
import { ServedRoot, type ServedPath } from './served-root.ts';
import { SharedFiles } from './shared-files.ts';
import { isMissing, systemFailure } from './system-failure.ts';
import { Trash } from './trash.ts';

export interface DiskStoreOptions {
  readonly rootDirectory: string;
  /** The person's Jupyter data folder: signatures and their secret. */
  readonly userData: string;
  /** The Python environment whose nbformat upgrades old notebooks. */
  readonly prefix: string;
  readonly onChange: OnContentChange;
  /** Keeps what a file holds before it is replaced (I6); nothing is kept without. */
  readonly keepExisting?: (
    path: string,
    diskPath: string,
    existing: Stats,
    inPlace: boolean,
  ) => Promise<void>;
  /** What kernels have put out for notebooks. */
  readonly outputs?: NotebookOutputs;
  /** Told what an operator should know, one sentence a call. */
  readonly warn: (message: string) => void;
  readonly allowHidden?: boolean;
  readonly deleteToTrash?: boolean;
  readonly trash?: Trash;
}

const EMPTY_NOTEBOOK = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };

/** Contents in a folder of this machine: in its answers like jupyter_server, in its writes safer. */
export class DiskStore implements ContentStore {
  /** For those that are open as shared documents. */
  readonly sharedFiles: SharedFiles;
  readonly #root: ServedRoot;
  readonly #onChange: OnContentChange;
  readonly #trash: Trash | null;
  readonly #trust: NotebookTrust;
  readonly #notebooks: NotebookFiles;
  readonly #reader: ContentReader;
  readonly #writer: ContentWriter;
  readonly #checkpoints: Checkpoints;
  readonly #keepAt: (served: ServedPath) => KeepExisting;
  readonly #outputs: NotebookOutputs | null;
  readonly #uploads = new ChunkedUploads();
  /** Writes to one file come one after another. */
  readonly #lock = new KeyedLock();

  constructor(options: DiskStoreOptions) {
    const { rootDirectory, userData, prefix, onChange, warn } = options;
    this.#root = new ServedRoot(rootDirectory, options.allowHidden ?? false);
    this.#onChange = onChange;
    const keepExisting = options.keepExisting ?? (() => Promise.resolve());
    this.#keepAt =
      ({ path }) =>
      (diskPath, existing, inPlace) =>
        keepExisting(path, diskPath, existing, inPlace);
    this.#trash = options.deleteToTrash === false ? null : (options.trash ?? new Trash());
    this.#trust = new NotebookTrust(userData, warn);
    this.#checkpoints = new Checkpoints(join(userData, 'in-the-loop-checkpoints'));
    this.#notebooks = new NotebookFiles(this.#trust, new PythonNbformat(prefix), warn);
    this.#outputs = options.outputs ?? null;
    this.#reader = new ContentReader(this.#root, this.#notebooks, this.#outputs);
    this.#writer = new ContentWriter(
      this.#root,
      this.#notebooks,
      this.#checkpoints,
      this.#uploads,
      this.#keepAt,
      this.#outputs,
    );
    this.sharedFiles = new SharedFiles({
      root: this.#root,
      notebooks: this.#notebooks,
      keepAt: this.#keepAt,
      exclusively: (entries, task) => this.#exclusively(entries, task),
      onChange,
    });
  }

  async get(path: string, options: GetOptions, actor: string): Promise<ContentModel> {
    const served = this.#root.locate(path);
    const model = await this.#model(served, options, actor);
    await this.#onChange({ action: 'get', path: served.path, actor });
    return model;
  }

  async fileExists(path: string): Promise<boolean> {
    const { diskPath } = this.#root.locate(path);
    if (await this.#uploads.isUnderWay(diskPath)) return true;
    return (await stat(diskPath).catch(() => null))?.isFile() ?? false;
  }

  async directoryExists(path: string): Promise<boolean> {
    const { diskPath } = this.#root.locate(path);
    return (await stat(diskPath).catch(() => null))?.isDirectory() ?? false;
  }

  async isHidden(path: string): Promise<boolean> {
    return this.#root.isHidden(this.#root.locate(path));
  }

  async save(path: string, request: SaveRequest, actor: string): Promise<ContentModel> {
    const served = this.#root.locate(path);
    const { partPath, message, type, size, sha256 } = await this.#exclusively([served], () =>
      this.#writer.save(served, request, actor),
    );
    if (partPath !== null) return unfinishedModel(served, partPath);
    const model = await this.#model(served);
    await this.#onChange({ action: 'save', path: served.path, actor, type, size, sha256 });
    return message === null ? model : { ...model, message };
  }

  async create(path: string, request: SaveRequest, actor: string): Promise<ContentModel> {
    const type = 'type' in request ? request.type : typeOfFile(this.#root.locate(path).path);
    if ('content' in request || type === 'directory') return this.save(path, { ...request, type }, actor);
    const empty =
      type === 'notebook'
        ? { type, content: EMPTY_NOTEBOOK, format: 'json' }
        : { type: 'file', content: '', format: 'text' };
    return this.save(path, { ...request, ...empty }, actor);
  }

  async createUntitled(
    directory: string,
    wish: { readonly type: ContentType | null; readonly extension: string },
    actor: string,
  ): Promise<ContentModel> {
    const served = this.#root.locate(directory);
    if (!(await this.directoryExists(directory))) {
      throw new ContentError('not-found', `No such directory: ${served.path}`);
    }
    const type = wish.type ?? (wish.extension === '.ipynb' ? 'notebook' : 'file');
    const [name, insert] = {
      directory: [`Untitled Folder${wish.extension}`, ' '] as const,
      notebook: ['Untitled.ipynb', ''] as const,
      file: [`untitled${wish.extension}`, ''] as const,
    }[type];
    // Locked, or two tabs would find the same name free.
    return this.#lock.run(`${served.diskPath}/`, async () => {
      const free = await freePathIn(this.#root, served, name, insert);
      return this.create(free.path, { type }, actor);
    });
  }

  async copy(from: string, to: string, actor: string): Promise<ContentModel> {
    const [source, target] = [this.#root.locate(from), this.#root.locate(to)];
    await this.#model(source); // It must be there and may not be hidden.
    const copied = await this.#lock.run(`${target.diskPath}/`, () =>
      copyEntry(this.#root, source, target, this.#keepAt),
    );
    const model = await this.#model(copied);
    if (model.type === 'notebook') await this.#checkpoints.create(copied, false);
    const { type } = model;
    await this.#onChange({ action: 'copy', path: copied.path, sourcePath: source.path, actor, type });
    return model;
  }

  async rename(from: string, to: string, actor: string): Promise<ContentModel> {
    const [source, target] = [this.#root.locate(from), this.#root.locate(to)];
    if (source.path === target.path) return this.#model(target);
    // Both, or a file that is just being saved under the new name would be renamed over.
    await this.#exclusively([source, target], async () => {
      await renameEntry(this.#root, source, target);
      await this.#checkpoints.follow(source, target);
    });
    const model = await this.#model(target);
    const { type } = model;
    await this.#onChange({ action: 'rename', path: target.path, sourcePath: source.path, actor, type });
    return model;
  }

  async delete(path: string, actor: string): Promise<void> {
    const served = this.#root.locate(path);
    if (served.path === '') throw new ContentError('invalid', "Can't delete root");
    const type = (await this.directoryExists(path)) ? 'directory' : typeOfFile(served.path);
    await this.#exclusively([served], async () => {
      await deleteEntry(this.#root, served, this.#trash);
      await this.#checkpoints.forget(served);
    });
    await this.#onChange({ action: 'delete', path: served.path, actor, type });
  }

  async checkpoints(path: string): Promise<readonly CheckpointModel[]> {
    return this.#checkpoints.list(this.#root.locate(path));
  }

  async createCheckpoint(path: string): Promise<CheckpointModel> {
    return this.#withCheckpoint(path, (served) => this.#checkpoints.create(served, true));
  }

  async restoreCheckpoint(path: string, id: string, actor: string): Promise<void> {
    const served = this.#root.locate(path);
    await this.#withCheckpoint(path, () => this.#checkpoints.restore(served, id, this.#keepAt(served)));
    const { size } = await stat(served.diskPath);
    const type = typeOfFile(served.path);
    await this.#onChange({ action: 'save', path: served.path, actor, type, size, sha256: null });
  }

  async deleteCheckpoint(path: string, id: string): Promise<void> {
    await this.#withCheckpoint(path, (served) => this.#checkpoints.delete(served, id));
  }

  async trust(path: string): Promise<void> {
    const served = this.#root.locate(path);
    const model = await this.#model(served);
    if (model.type !== 'notebook') throw new ContentError('invalid', `${served.path} is not a notebook`);
    await this.#notebooks.trust(served.diskPath);
  }

  /**
   * Reads a notebook and writes what `edit` makes of it, as alone with it as a save is; no observer is told. A file that is
   * not there is not made.
   * @returns null where nothing was written
   * @throws the reason, where it cannot be read, is no valid notebook, or cannot be written
   */
  async rewriteNotebook(path: string, edit: EditNotebook): Promise<NotebookRewritten | null> {
    const served = this.#root.locate(path);
    return this.#exclusively([served], async () => {
      if (await this.#root.isHidden(served)) return null;
      return this.#notebooks.rewrite(await findTarget(served.diskPath, this.#keepAt(served)), edit);
    });
  }

  resolve(path: string): Promise<string | null> {
    return this.#reader.resolve(path);
  }

  locateFile(path: string): Promise<LocatedFile> {
    return this.#reader.locateFile(path);
  }

  async close(): Promise<void> {
    await this.#uploads.close();
    this.#trust.close();
  }

  /** Names are told apart by the directory that they are really in: links lead to one from many. */
  async #exclusively<T>(entries: readonly ServedPath[], task: () => Promise<T>): Promise<T> {
    const keys = entries.map(async ({ diskPath }) => {
      const directory = dirname(diskPath);
      return join(await realpath(directory).catch(() => directory), basename(diskPath));
    });
    return this.#lock.runAll(await Promise.all(keys), task);
  }

  #model(served: ServedPath, options?: GetOptions, reader?: string): Promise<ContentModel> {
    return this.#reader.model(served, options, reader).catch((error: unknown) => {
      throw systemFailure(
        error,
        `Unexpected error while reading ${served.path}`,
        served.path,
        served.diskPath,
      );
    });
  }

  #withCheckpoint<T>(path: string, task: (served: ServedPath) => Promise<T>): Promise<T> {
    const served = this.#root.locate(path);
    return this.#exclusively([served], async () => {
      try {
        return await task(served);
      } catch (error) {
        if (isMissing(error)) {
          const message = `No such file or directory: ${served.path}`;
          throw new ContentError('not-found', message, null, { cause: error });
        }
        throw systemFailure(error, `Checkpoint failed: ${served.path}`, served.path, served.diskPath);
      }
    });
  }
}

/** A file that is still arriving, described under the name that it will have. */
async function unfinishedModel(served: ServedPath, partPath: string): Promise<ContentModel> {
  const { size, mtimeMs, ctimeMs } = await stat(partPath);
  const model = await baseModel({ ...served, diskPath: partPath }, typeOfFile(served.path));
  return { ...model, size, last_modified: isoTime(mtimeMs), created: isoTime(ctimeMs) };
}
