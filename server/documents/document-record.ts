import type { DocumentIdentity } from '../shared-document.ts';

/** What document and file last had in common. */
export interface SyncedFile {
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** Device and inode (`2049:131`); null where the file system has none. */
  readonly inode: string | null;
}

/** What the log knows of a document besides its history. */
export interface DocumentRecord extends DocumentIdentity {
  /** Its file was deleted through the server. */
  readonly isDeleted: boolean;
  /** When, in milliseconds since the epoch; null while it is not. */
  readonly deletedAt: number | null;
  readonly synced: SyncedFile | null;
}
