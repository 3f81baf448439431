import { hash } from 'node:crypto';
import { ContentError } from './contents/content-error.ts';
import type { CheckpointModel, ContentModel, ContentType } from './contents/content-model.ts';
import type { ContentStore, GetOptions, LocatedFile, SaveRequest } from './contents/content-store.ts';
import type { JsonObject } from './contents/json-object.ts';
import { isJsonObject } from './contents/json-object.ts';
import type { SharedFiles } from './contents/shared-files.ts';
import type { SharedDocument } from './shared-document.ts';

/** What contents ask of the documents that are open. */
export interface OpenDocuments {
  at(path: string): SharedDocument | null;
  /** Those in a folder, or of one file. */
  under(path: string): readonly SharedDocument[];
  /** Puts what is in it into its file; answers whether it is there. */
  flush(document: SharedDocument): Promise<boolean>;
  /** Somebody has this content of it now. */
  given(document: SharedDocument, bytes: Buffer<ArrayBuffer>): Promise<void>;
  /** The bytes that its file is to have. */
  bytes(document: SharedDocument): Promise<Buffer<ArrayBuffer>>;
  /** A notebook that a client saves, with the outputs that it has only references to. */
  restored(notebook: JsonObject): Promise<JsonObject>;
  /** Marks its cells as trusted: those who have it open see it so at once. */
  trust(document: SharedDocument): Promise<void>;
  /** Takes in what a client saves. @throws the reason, where it cannot be taken or written */
  merge(document: SharedDocument, bytes: Buffer<ArrayBuffer>, actor: string): Promise<void>;
  /** Resolves once those who have it open know which hash its file has. */
  hashKnown(document: SharedDocument): Promise<void>;
  /** Takes in what `write` puts into its file, in the place of what is in it. @throws what `write` throws */
  replace<T>(document: SharedDocument, write: () => Promise<T>): Promise<T>;
}

const MODEL_ONLY: GetOptions = { content: false, type: null, format: null, hash: false };

/**
 * Files for clients that know nothing of shared documents: one that is open is shown as its document is, and what they save
 * is taken into the document by three ways, like what another program writes.
 */
export class DocumentContents implements ContentStore {
  readonly #store: ContentStore;
  readonly #files: SharedFiles;
  readonly #documents: OpenDocuments;

  constructor(deps: {
    readonly store: ContentStore;
    readonly files: SharedFiles;
    readonly documents: OpenDocuments;
  }) {
    this.#store = deps.store;
    this.#files = deps.files;
    this.#documents = deps.documents;
  }

  async get(path: string, options: GetOptions, actor: string): Promise<ContentModel> {
    const document = this.#documents.at(path);
    if (document === null) return this.#store.get(path, options, actor);
    if (!options.content) {
      // Asked before each save: to write it now would make a hash that the page cannot know.
      if (options.hash && document.participants.size > 0) await this.#documents.hashKnown(document);
      return this.#store.get(path, options, actor);
    }
    const isThere = await this.#documents.flush(document);
    const model = await this.#store.get(path, options, actor);
    if (model.content === null || model.type !== document.kind.type) return model;
    const shown = isThere ? model : await this.#unwritten(document, model);
    // What is in the file by now may be newer already.
    const bytes = this.#bytesOf(document, shown);
    if (bytes !== null) await this.#documents.given(document, bytes);
    return shown;
  }

  async save(path: string, request: SaveRequest, actor: string): Promise<ContentModel> {
    const document = this.#documents.at(path);
    if (document === null) return this.#store.save(path, await this.#whole(request), actor);
    const isPart = request.chunk !== undefined && request.chunk !== null;
    const bytes = isPart ? null : this.#bytesOf(document, request);
    if (bytes === null) {
      // An upload: what was there is not what it was made of, but for that which it replaces.
      await this.#documents.flush(document);
      return this.#documents.replace(document, () => this.#store.save(path, request, actor));
    }
    await this.#documents.merge(document, bytes, actor);
    return this.#store.get(path, MODEL_ONLY, actor);
  }

  async restoreCheckpoint(path: string, id: string, actor: string): Promise<void> {
    const document = this.#documents.at(path);
    if (document === null) return this.#store.restoreCheckpoint(path, id, actor);
    await this.#documents.flush(document);
    await this.#documents.replace(document, () => this.#store.restoreCheckpoint(path, id, actor));
  }

  async copy(from: string, to: string, actor: string): Promise<ContentModel> {
    await this.#flushUnder(from);
    return this.#store.copy(from, to, actor);
  }

  async rename(from: string, to: string, actor: string): Promise<ContentModel> {
    await this.#flushUnder(from);
    return this.#store.rename(from, to, actor);
  }

  async createCheckpoint(path: string): Promise<CheckpointModel> {
    await this.#flushUnder(path);
    return this.#store.createCheckpoint(path);
  }

  async trust(path: string): Promise<void> {
    const document = this.#documents.at(path);
    if (document !== null) await this.#documents.trust(document);
    await this.#flushUnder(path);
    return this.#store.trust(path);
  }

  async locateFile(path: string): Promise<LocatedFile> {
    await this.#flushUnder(path);
    return this.#store.locateFile(path);
  }

  fileExists = (path: string): Promise<boolean> => this.#store.fileExists(path);
  directoryExists = (path: string): Promise<boolean> => this.#store.directoryExists(path);
  isHidden = (path: string): Promise<boolean> => this.#store.isHidden(path);
  create = async (path: string, request: SaveRequest, actor: string): Promise<ContentModel> =>
    this.#store.create(path, await this.#whole(request), actor);
  createUntitled = (
    directory: string,
    wish: { readonly type: ContentType | null; readonly extension: string },
    actor: string,
  ): Promise<ContentModel> => this.#store.createUntitled(directory, wish, actor);
  delete = (path: string, actor: string): Promise<void> => this.#store.delete(path, actor);
  checkpoints = (path: string): Promise<readonly CheckpointModel[]> => this.#store.checkpoints(path);
  deleteCheckpoint = (path: string, id: string): Promise<void> => this.#store.deleteCheckpoint(path, id);
  resolve = (path: string): Promise<string | null> => this.#store.resolve(path);
  close = (): Promise<void> => this.#store.close();

  async #whole(request: SaveRequest): Promise<SaveRequest> {
    const { type, content } = request;
    if (type !== 'notebook' || !isJsonObject(content)) return request;
    return { ...request, content: await this.#documents.restored(content) };
  }

  /** What cannot be written, because the disk is full or forbids it, is shown all the same. */
  async #unwritten(document: SharedDocument, model: ContentModel): Promise<ContentModel> {
    const bytes = await this.#documents.bytes(document);
    const content =
      document.kind.type === 'file'
        ? bytes.toString('utf8')
        : (await this.#files.readNotebook(bytes)).notebook;
    return { ...model, content, ...(model.hash === null ? {} : { hash: hash('sha256', bytes) }) };
  }

  /** What a client that has the file open reads or saves, as bytes; null for all else. */
  #bytesOf(
    { kind, path }: SharedDocument,
    { type, format, content }: Pick<SaveRequest, 'type' | 'format' | 'content'>,
  ): Buffer<ArrayBuffer> | null {
    if (kind.type === 'file')
      return type === 'file' && format === 'text' && typeof content === 'string'
        ? Buffer.from(content)
        : null;
    if (type !== 'notebook' || !isJsonObject(content) || content['nbformat'] !== 4) return null;
    return this.#notebookBytes(path, content);
  }

  #notebookBytes(path: string, content: JsonObject): Buffer<ArrayBuffer> {
    try {
      const { bytes, sign } = this.#files.notebookBytes(content, null);
      // Reading it again tells by its signature what the client has marked as trusted.
      sign();
      return bytes;
    } catch (error) {
      throw new ContentError('invalid', `Cannot save ${path}: ${String(error)}`, null, { cause: error });
    }
  }

  async #flushUnder(path: string): Promise<void> {
    for (const document of this.#documents.under(path)) await this.#documents.flush(document);
  }
}
