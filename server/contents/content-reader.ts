import { hash } from 'node:crypto';
import { lstat, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { asReported, baseModel, typeOfFile } from './base-model.ts';
import { ContentError } from './content-error.ts';
import type { ContentModel } from './content-model.ts';
import type { GetOptions, LocatedFile } from './content-store.ts';
import { listDirectory } from './directory-listing.ts';
import { encodeContent, hashFile } from './file-content.ts';
import { guessMimeType } from './mime-type.ts';
import type { NotebookFiles } from './notebook-files.ts';
import { sha256 } from './notebook-files.ts';
import type { NotebookOutputs } from './notebook-outputs.ts';
import { reprText } from '../python-text.ts';
import { readBytes } from './read-bytes.ts';
import type { ServedPath, ServedRoot } from './served-root.ts';
import { isMissing } from './system-failure.ts';

const MODEL_ONLY: GetOptions = { content: false, type: null, format: null, hash: false };

/** Contents models from disk. */
export class ContentReader {
  readonly #root: ServedRoot;
  readonly #notebooks: NotebookFiles;
  readonly #outputs: NotebookOutputs | null;

  constructor(root: ServedRoot, notebooks: NotebookFiles, outputs: NotebookOutputs | null) {
    this.#root = root;
    this.#notebooks = notebooks;
    this.#outputs = outputs;
  }

  /** @param reader who gets it; null for nobody yet */
  async model(
    served: ServedPath,
    options: GetOptions = MODEL_ONLY,
    reader: string | null = null,
  ): Promise<ContentModel> {
    await this.#checkExists(served);
    const isDirectory = await isDirectoryAt(served.diskPath);
    const { path } = served;
    if (isDirectory && options.type !== null && options.type !== 'directory') {
      throw new ContentError('invalid', `${path} is a directory, not a ${options.type}`, 'bad type');
    }
    if (isDirectory) return this.#directoryModel(served, options);
    if (options.type === 'directory')
      throw new ContentError('invalid', `${path} is not a directory`, 'bad type');
    const type = options.type ?? typeOfFile(path);
    return type === 'notebook'
      ? this.#notebookModel(served, options, reader)
      : this.#fileModel(served, options);
  }

  /** The API path of a path as a kernel or a person would write it; null where nothing within the root is meant. */
  async resolve(path: string): Promise<string | null> {
    const root = this.#root.diskPath;
    const expanded = /^~(?=\/|$)/.test(path) ? resolve(homedir(), `.${path.slice(1)}`) : path;
    const isWithin = expanded === root || expanded.startsWith(join(root, sep));
    if (expanded !== path && !isWithin) return null;
    try {
      const served = this.#root.locate(expanded.startsWith(root) ? expanded.slice(root.length) : expanded);
      await lstat(served.diskPath);
      return served.path;
    } catch {
      return null; // Outside, missing or impossible: all of them mean that it is not ours.
    }
  }

  /** For streaming. @throws ContentError forbidden for what is no file or lies beyond a link out of the root */
  async locateFile(path: string): Promise<LocatedFile> {
    const served = this.#root.locate(path, 'forbidden');
    const missing = (): ContentError =>
      new ContentError('not-found', `file or directory does not exist: ${reprText(served.path)}`);
    if (!(await this.#root.holds(served.diskPath))) {
      throw new ContentError('forbidden', `${served.path} is not in root static directory`);
    }
    if (await this.#root.isHidden(served)) throw missing();
    const info = await stat(served.diskPath).catch(() => {
      throw missing();
    });
    if (!info.isFile()) throw new ContentError('forbidden', `${served.path} is not a file`);
    // Without links: what is streamed is what was checked.
    return { diskPath: await realpath(served.diskPath), name: served.name, ...guessMimeType(served.name) };
  }

  async #checkExists(served: ServedPath): Promise<void> {
    await lstat(served.diskPath).catch((error: unknown) => {
      if (isMissing(error)) throw new ContentError('not-found', `No such file or directory: ${served.path}`);
      throw error;
    });
    if (await this.#root.isHidden(served)) {
      throw new ContentError('not-found', `file or directory does not exist: ${reprText(served.path)}`);
    }
  }

  async #directoryModel(served: ServedPath, options: GetOptions): Promise<ContentModel> {
    const model = await baseModel(served, 'directory');
    return options.content
      ? { ...model, content: await listDirectory(this.#root, served, this.#outputs), format: 'json' }
      : model;
  }

  async #notebookModel(
    served: ServedPath,
    options: GetOptions,
    reader: string | null,
  ): Promise<ContentModel> {
    const outputs = this.#outputs;
    if (!options.content) {
      if (options.hash && reader !== null) await outputs?.asked(served.path, reader);
      return this.#withHash(await this.#baseModel(served, 'notebook'), served, options);
    }
    const reading = await outputs?.reading(served.path, reader ?? '');
    const { notebook, bytes, idsAreOwn, message } = await this.#notebooks.read(served.diskPath);
    const file = { stats: await stat(served.diskPath), sha256: () => hash('sha256', bytes), idsAreOwn };
    // The times are looked at after reading: a torn notebook may just have been replaced.
    const model: ContentModel = {
      ...(await this.#baseModel(served, 'notebook')),
      content: (await reading?.shown(notebook, file)) ?? notebook,
      format: 'json',
    };
    const hashed = await this.#withHash(model, served, options, bytes);
    return message === null ? hashed : { ...hashed, message };
  }

  async #fileModel(served: ServedPath, options: GetOptions): Promise<ContentModel> {
    const model = await this.#baseModel(served, 'file');
    if (!options.content) return this.#withHash(model, served, options);
    const bytes = await readBytes(served.diskPath);
    const { content, format } = encodeContent(bytes, options.format, served.diskPath);
    const mimetype = model.mimetype ?? (format === 'text' ? 'text/plain' : 'application/octet-stream');
    return this.#withHash({ ...model, content, format, mimetype }, served, options, bytes);
  }

  /** What only outputs were written into is for clients the version that it was before. */
  async #baseModel(served: ServedPath, type: 'file' | 'notebook'): Promise<ContentModel> {
    const info = await lstat(served.diskPath);
    return asReported(await baseModel(served, type, info), info, this.#outputs);
  }

  async #withHash(
    model: ContentModel,
    served: ServedPath,
    options: GetOptions,
    bytes?: Buffer<ArrayBuffer>,
  ): Promise<ContentModel> {
    if (!options.hash) return model;
    const ofBytes = bytes === undefined ? await hashFile(served.diskPath) : await sha256(bytes);
    const reported = this.#outputs?.byHash(served.path, ofBytes);
    return { ...model, hash: reported?.sha256 ?? ofBytes, hash_algorithm: 'sha256' };
  }
}

/** Links followed; false for what is not there. */
export async function isDirectoryAt(diskPath: string): Promise<boolean> {
  try {
    return (await stat(diskPath)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
