import type { SharedDocument } from '../shared-document.ts';

/** One state of a file that the server knows of. */
export interface KnownVersion {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Who saved it; null for what another program wrote. */
  readonly actor: string | null;
  readonly size: number;
  readonly sha256: string;
}

/** Where earlier contents of files come from. */
export interface VersionSource {
  /** Oldest first; empty for a file that none are known of. */
  known(path: string): Promise<readonly KnownVersion[]>;
  isKept(version: KnownVersion): Promise<boolean>;
  /** null where it is no longer kept, or never was. */
  content(version: KnownVersion): Promise<Buffer | null>;
}

/** What somebody did at a time, in milliseconds since the epoch. */
export interface Deed {
  readonly time: number;
  readonly actor: string;
}

export interface PastRun extends Deed {
  readonly failed: boolean;
}

/** What happened to a file beside its being saved. */
export interface DeedSource {
  /** Runs of its cells that began or ended after `since`, as far as they are known. */
  runs(path: string, since: number): Promise<readonly PastRun[]>;
  /** Who changed its shared document after `since`, as far back as that is known. */
  edits(path: string, since: number): Promise<readonly Deed[]>;
}

/** The file as it is now. */
export interface PresentFiles {
  /** The shared document of the file, if people have it open. */
  loadedAt(path: string): SharedDocument | null;
  /** Writes its file, so that what it is now is a version. Rejects where that cannot be done. */
  saveDocument(document: SharedDocument): Promise<void>;
  /**
   * The outputs of each cell of a notebook's bytes as its document is to have them. Rejects where they are no valid notebook.
   */
  outputsFor(
    document: SharedDocument,
    bytes: Buffer,
  ): Promise<readonly (readonly Readonly<Record<string, unknown>>[])[]>;
  /** Its bytes as they would be on disk. @throws HttpError 404 */
  read(path: string, actor: string): Promise<Buffer>;
  /** Ordinary saves, which keep what was there before (I6). */
  saveBytes(path: string, bytes: Buffer, actor: string): Promise<void>;
  saveNotebook(path: string, notebook: Readonly<Record<string, unknown>>, actor: string): Promise<void>;
}
