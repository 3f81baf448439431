import type { SharedDocument } from '../shared-document.ts';
import type { DocumentBases } from './document-bases.ts';
import type { DocumentOutputs } from './document-outputs.ts';
import type { SyncedFile } from './document-record.ts';
import type { ShownRuns } from './output-writer.ts';
import type { SharedFileAccess } from './shared-file-access.ts';

/** What a document and its file are kept alike with. */
export interface DocumentSyncDependencies {
  readonly files: SharedFileAccess;
  readonly bases: DocumentBases;
  /** Told what both have in common now. */
  readonly synced: (documentId: string, synced: SyncedFile) => Promise<void>;
  /** Finds where a file went that is gone, and sees to it that the document follows; answers whether it does. */
  readonly followMoved: (document: SharedDocument, inode: string | null) => Promise<boolean>;
  /** What an open notebook shows of runs now. */
  readonly shownBy: (document: SharedDocument) => ShownRuns | null;
  /** The document's, kept beside it. */
  readonly outputs: (() => Promise<DocumentOutputs>) | null;
  readonly warn: (message: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
}
