import type { NotebookJson } from './notebook-json.ts';
import type { FileStats } from './reported-versions.ts';

/** A notebook as it is on disk. */
export interface FileOnDisk {
  readonly notebook: NotebookJson;
  readonly sha256: string;
  readonly stats: FileStats;
  /** Of its last writing: ISO 8601, UTC, microseconds. */
  readonly modified: string;
  /** False where ids were made up for this reading alone. */
  readonly idsAreOwn: boolean;
  /** Signed: its outputs are shown as they are. */
  readonly isTrusted: boolean;
}

/** What is written in its place. */
export interface FileEdit {
  readonly notebook: NotebookJson;
  readonly isTrusted: boolean;
  /** Whether what is replaced is kept as a version (I6). */
  readonly keepsExisting: boolean;
  /** Called once before anything is in its place. */
  announce(sha256: string): Promise<void>;
}

/** The files of notebooks, for whoever puts outputs into them. */
export interface NotebookFiles {
  /**
   * Reads a notebook, and writes what `edit` makes of it, alone with the file, as every save is. With null nothing is
   * written.
   * @returns what was written; null for nothing
   * @throws the reason, where what is there cannot be read, is no valid notebook, or cannot be written
   */
  rewrite(
    path: string,
    edit: (file: FileOnDisk) => Promise<FileEdit | null>,
  ): Promise<{ readonly sha256: string; readonly stats: FileStats } | null>;
  /** Whether a file is there. */
  exists(path: string): Promise<boolean>;
}
