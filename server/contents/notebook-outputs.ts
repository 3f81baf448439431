import type { Notebook } from './notebook-format.ts';

/** What tells one writing of a file from another. */
export interface FileStats {
  readonly size: number;
  readonly mtimeMs: number;
}

/** What clients are told in the place of a file's own hash and time. */
export interface ReportedVersion {
  readonly sha256: string;
  /** ISO 8601, UTC, microseconds. */
  readonly modified: string;
}

/**
 * What kernels have put out for notebooks, and when it is put into their files (I2). Paths are API paths. Where no run has
 * left anything for a notebook, all of it answers at once, and contents are as if it was not there.
 */
export interface NotebookOutputs {
  /** Called before a notebook is read for a client. */
  reading(path: string, actor: string): Promise<NotebookReading>;
  /** A client asks for a notebook's hash, as JupyterLab does before each save. */
  asked(path: string, actor: string): Promise<void>;
  /** Called before a client's notebook is written; the file stays as it is until the saving is told that it was saved. */
  saving(path: string, sent: Notebook, actor: string): Promise<NotebookSaving>;
  /** What clients know the file as; null: as what it is. */
  byStats(path: string, stats: FileStats): ReportedVersion | null;
  byHash(path: string, sha256: string): ReportedVersion | null;
}

export interface NotebookReading {
  /** The notebook as the client gets it; the same object where nothing came into it. */
  shown(
    notebook: Notebook,
    file: {
      readonly stats: FileStats;
      readonly sha256: () => string;
      /** False where cells got ids for this reading alone. */
      readonly idsAreOwn: boolean;
    },
  ): Promise<Notebook>;
}

export interface NotebookSaving {
  /** What is to be written: what was sent, the same object, where nothing is kept that it lacks. */
  readonly notebook: Notebook;
  /** Whether what is replaced may be the only place of something (I6). */
  keepsExisting(existing: FileStats): boolean;
  saved(version: ReportedVersion, stats: FileStats): Promise<void>;
}
