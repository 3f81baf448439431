import { mkdir, stat } from 'node:fs/promises';
import type { Checkpoints } from './checkpoints.ts';
import type { ChunkedUploads, Received } from './chunked-upload.ts';
import { ContentError } from './content-error.ts';
import type { ContentType } from './content-model.ts';
import type { SaveRequest } from './content-store.ts';
import { decodeContent } from './file-content.ts';
import type { NotebookFiles } from './notebook-files.ts';
import { sha256 } from './notebook-files.ts';
import { NotebookFormatError } from './notebook-format.ts';
import type { NotebookOutputs } from './notebook-outputs.ts';
import { reprValue } from './python-repr.ts';
import { findTarget, replaceFile } from './replace-file.ts';
import type { KeepExisting } from './replace-file.ts';
import type { ServedPath, ServedRoot } from './served-root.ts';
import { isMissing, systemFailure } from './system-failure.ts';

/** What a save did. */
export interface Saved {
  readonly type: ContentType;
  readonly size: number;
  readonly sha256: string | null;
  /** Why the notebook saved is not valid. */
  readonly message: string | null;
  /** Where the bytes of an unfinished upload are; null for everything that is in its place. */
  readonly partPath: string | null;
}

/** Puts what clients send onto the disk, and says of every mistake what jupyter_server says. */
export class ContentWriter {
  readonly #root: ServedRoot;
  readonly #notebooks: NotebookFiles;
  readonly #checkpoints: Checkpoints;
  readonly #uploads: ChunkedUploads;
  readonly #keepAt: (served: ServedPath) => KeepExisting;
  readonly #outputs: NotebookOutputs | null;

  constructor(
    root: ServedRoot,
    notebooks: NotebookFiles,
    checkpoints: Checkpoints,
    uploads: ChunkedUploads,
    keepAt: (served: ServedPath) => KeepExisting,
    outputs: NotebookOutputs | null,
  ) {
    this.#root = root;
    this.#notebooks = notebooks;
    this.#checkpoints = checkpoints;
    this.#uploads = uploads;
    this.#keepAt = keepAt;
    this.#outputs = outputs;
  }

  async save(served: ServedPath, request: SaveRequest, actor: string): Promise<Saved> {
    if (!('type' in request)) throw new ContentError('invalid', 'No file type provided');
    const isChunk = request.chunk !== undefined && request.chunk !== null;
    if (isChunk && request.type !== 'file') {
      const type = typeof request.type === 'string' ? request.type : reprValue(request.type);
      throw new ContentError('invalid', `File type "${type}" is not supported for large file transfer`);
    }
    if (!('content' in request) && request.type !== 'directory') {
      throw new ContentError('invalid', 'No file content provided');
    }
    if (await this.#root.isHidden(served)) {
      throw new ContentError('invalid', `Cannot create file or directory ${reprValue(served.path)}`);
    }
    try {
      return isChunk ? await this.#saveChunk(served, request) : await this.#saveWhole(served, request, actor);
    } catch (error) {
      const sentence = `Unexpected error while saving file: ${served.path}`;
      if (error instanceof NotebookFormatError) {
        throw new ContentError('invalid', `Cannot save ${served.path}: ${error.message}`, null, {
          cause: error,
        });
      }
      throw systemFailure(error, sentence, served.path, served.diskPath);
    }
  }

  async #saveWhole(served: ServedPath, request: SaveRequest, actor: string): Promise<Saved> {
    switch (request.type) {
      case 'notebook':
        return this.#saveNotebook(served, request.content, actor);
      case 'file':
        return saveFile(served, request, this.#keepAt(served));
      case 'directory':
        return saveDirectory(served);
      default: {
        const type = typeof request.type === 'string' ? request.type : reprValue(request.type);
        throw new ContentError('invalid', `Unhandled contents type: ${type}`);
      }
    }
  }

  async #saveNotebook(served: ServedPath, content: unknown, actor: string): Promise<Saved> {
    const outputs = this.#outputs;
    const saved = await this.#notebooks.save(
      await findTarget(served.diskPath, this.#keepAt(served)),
      content,
      outputs === null ? undefined : (sent) => outputs.saving(served.path, sent, actor),
    );
    // Clients rely on a checkpoint of every notebook; "revert" would otherwise have nothing to go back to.
    if ((await this.#checkpoints.list(served)).length === 0) await this.#checkpoints.create(served, false);
    return { type: 'notebook', partPath: null, ...saved };
  }

  async #saveChunk(served: ServedPath, request: SaveRequest): Promise<Saved> {
    const bytes = decodeContent(request.content, request.format, served.diskPath);
    const chunk = typeof request.chunk === 'string' ? Number(request.chunk) : request.chunk;
    const received: Received = await this.#uploads.receive(
      served.diskPath,
      chunk,
      bytes,
      this.#keepAt(served),
    );
    const { size } = await stat(received.diskPath);
    const partPath = received.finished ? null : received.diskPath;
    return { type: 'file', size, sha256: received.sha256, message: null, partPath };
  }
}

async function saveFile(served: ServedPath, request: SaveRequest, keep: KeepExisting): Promise<Saved> {
  const bytes = decodeContent(request.content, request.format, served.diskPath) as Buffer<ArrayBuffer>;
  const target = await findTarget(served.diskPath, keep);
  const [digest] = await Promise.all([sha256(bytes), replaceFile(target, bytes)]);
  return { type: 'file', size: bytes.length, sha256: digest, message: null, partPath: null };
}

async function saveDirectory(served: ServedPath): Promise<Saved> {
  const info = await stat(served.diskPath).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (info === null) await mkdir(served.diskPath);
  else if (!info.isDirectory()) throw new ContentError('invalid', `Not a directory: ${served.diskPath}`);
  return { type: 'directory', size: 0, sha256: null, message: null, partPath: null };
}
