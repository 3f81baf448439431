import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ToolError } from '../../ai-agent/tool.ts';
import { HttpError } from '../http-error.ts';
import { withoutOuterSlashes } from '../url-path.ts';

/** What the contents of the server tell of files. @throws HttpError for what is not served */
export interface ServedFiles {
  /** Never what is hidden or reached by a link out of the root. */
  locateFile(path: string): Promise<{ readonly diskPath: string; readonly mimeType: string | null }>;
  list(path: string, actor: string): Promise<readonly ListedFile[]>;
}

export interface ListedFile {
  readonly name: string;
  readonly type: 'directory' | 'file' | 'notebook';
  /** In bytes; null for directories. */
  readonly size: number | null;
}

export interface ReadFile {
  readonly bytes: Buffer;
  /** Where they begin. */
  readonly start: number;
  /** Of all of it, in bytes. */
  readonly size: number;
  readonly mimeType: string | null;
}

/** Files and folders as a tool may read them: within the root, all links followed, and nothing hidden on the way. */
export class AgentFiles {
  readonly #files: ServedFiles;
  readonly #rootDirectory: string;

  constructor(files: ServedFiles, rootDirectory: string) {
    this.#files = files;
    this.#rootDirectory = rootDirectory;
  }

  /**
   * @param start in bytes; negative: from the end
   * @throws ToolError
   */
  async read(path: string, start: number, length: number): Promise<ReadFile> {
    const { diskPath, mimeType } = await this.#files.locateFile(path).catch(refused);
    await this.#assertWithin(diskPath, path);
    const handle = await open(diskPath, 'r');
    try {
      const { size } = await handle.stat();
      const from = Math.min(size, start < 0 ? Math.max(0, size + start) : start);
      const bytes = Buffer.alloc(Math.min(length, size - from));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
      return { bytes: bytes.subarray(0, bytesRead), start: from, size, mimeType };
    } finally {
      await handle.close();
    }
  }

  /** @throws ToolError */
  async list(path: string, actor: string): Promise<readonly ListedFile[]> {
    await this.#assertWithin(join(this.#rootDirectory, withoutOuterSlashes(path)), path);
    return this.#files.list(path, actor).catch(refused);
  }

  /** Contents follow links, as jupyter_server does; what a model may read ends at the root. */
  async #assertWithin(diskPath: string, path: string): Promise<void> {
    const [root, target] = await Promise.all([
      realpath(this.#rootDirectory),
      realpath(diskPath).catch(() => null),
    ]);
    if (target === null || path.includes('\0'))
      throw new ToolError(`There is no file ${JSON.stringify(path)}.`);
    if (target === root) return;
    const inRoot = target.startsWith(root + sep) ? target.slice(root.length + 1) : null;
    if (inRoot === null || inRoot.split(sep).some((name) => name.startsWith('.')))
      throw new ToolError(`${JSON.stringify(path)} is not among the files that you may read.`);
  }
}

function refused(error: unknown): never {
  if (error instanceof HttpError) throw new ToolError(error.message, { cause: error });
  throw error;
}
