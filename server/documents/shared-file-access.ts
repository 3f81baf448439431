import type { Json } from './cell-content.ts';

/** One writing of one file: none of it is the same after any other. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  /** Goes with the file where it is moved; null where the file system has none. */
  readonly inode: string | null;
}

/** What keeping a document and its file alike asks of the file. Paths are API paths. */
export interface SharedFileAccess {
  /** Where it is on disk. */
  diskPath(path: string): string;
  /** Null where no regular file is. */
  state(path: string): Promise<FileState | null>;
  /** Null where no file is. @throws the reason, where it cannot be read */
  read(path: string): Promise<{ readonly bytes: Buffer<ArrayBuffer>; readonly state: FileState } | null>;
  /** @throws the reason, where it is no text */
  readText(bytes: Buffer<ArrayBuffer>): string;
  /** `exact`: with numbers that JavaScript has no like of. @throws the reason, where it is no valid notebook */
  readNotebook(bytes: Buffer<ArrayBuffer>): Promise<{
    readonly notebook: Json;
    readonly exact: Json;
    readonly isTrusted: boolean;
  }>;
  /** As Jupyter writes it. `sign` signs it, if all that is to be rendered in it is trusted. */
  notebookBytes(
    notebook: Json,
    exact: Json | null,
  ): { readonly bytes: Buffer<ArrayBuffer>; readonly sign: () => void };
  /**
   * Replaces it whole or not at all.
   * @returns null where it is not what was expected: nothing is done
   * @throws the reason, where it cannot be written
   */
  write(
    path: string,
    writing: {
      readonly bytes: Buffer<ArrayBuffer>;
      /** Null: no file. */
      readonly expected: FileState | null;
      /** Whether what is replaced is kept as a version (I6). */
      readonly keepsExisting: boolean;
    },
  ): Promise<{ readonly sha256: string; readonly state: FileState } | null>;
  /** What is in the file, written before, becomes a version. */
  keepVersion(path: string, saved: { size: number; sha256: string }, actor: string): Promise<void>;
}

export function isSameState(one: FileState | null, other: FileState | null): boolean {
  if (one === null || other === null) return one === other;
  return one.size === other.size && one.mtimeMs === other.mtimeMs && one.inode === other.inode;
}
