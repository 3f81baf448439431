import type { EventLog } from '../event-log/event-log.ts';
import type { ContentChange, ContentStore } from './contents/content-store.ts';
import { DocumentIndex } from './documents/document-index.ts';
import { followDeletion, followMove } from './documents/follow-files.ts';
import type { ShownRuns } from './documents/output-writer.ts';
import type { RunResults } from './documents/run-results.ts';
import { LazyDocuments } from './documents/lazy-documents.ts';
import { StoreFiles } from './documents/store-files.ts';
import type { DocumentAttachment, SharedDocument, SharedDocuments } from './shared-document.ts';

/** Shared documents for the rest of the server. */
export interface ComposedDocuments {
  readonly documents: SharedDocuments;
  /** What an open notebook shows of runs now; null for what is none. */
  shownBy(document: SharedDocument): ShownRuns | null;
  /** Told of each change of files that is in the log. */
  onContentChange(change: ContentChange): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Nothing of it is loaded before somebody shares a document. */
export function composeDocuments(deps: {
  readonly log: EventLog;
  readonly store: ContentStore;
  /** Milliseconds for which a document stays in memory that nobody uses. */
  readonly idle: number;
  readonly warn: (message: string) => void;
  /** What kernels put into notebooks. */
  readonly results: RunResults;
  /** A document is no longer loaded. */
  readonly onUnloaded: (path: string) => void;
}): ComposedDocuments {
  const { log, store, idle, warn, results, onUnloaded } = deps;
  let shownBy: (document: SharedDocument) => ShownRuns | null = () => null;
  let indexing: Promise<DocumentIndex> | null = null;
  const documents = new LazyDocuments(async () => {
    const index = await readIndex();
    const { DocumentRooms } = await import('./documents/document-rooms.ts');
    const files = new StoreFiles(store);
    const { outputWriters } = await import('./documents/output-writer.ts');
    const { CarriedOutputs } = await import('./documents/carried-outputs.ts');
    const carried = new CarriedOutputs(() => [...documents.loaded()].map(({ ydoc }) => ydoc));
    const { repairCells } = await import('./documents/repair-cells.ts');
    const writers = outputWriters({ results, carried, warn });
    shownBy = (document) => writers.shownBy(document);
    const attachments: readonly DocumentAttachment[] = [
      // What works on every open document, a line each: in this order, and they are closed in it, too.
      repairCells(warn),
      writers.attachment,
    ];
    return new DocumentRooms({ log, index, files, attachments, idle, warn, onUnloaded });
  });

  function readIndex(): Promise<DocumentIndex> {
    return (indexing ??= DocumentIndex.load(log).catch((error: unknown) => {
      indexing = null; // the next one tries again
      throw error;
    }));
  }

  return {
    documents,
    shownBy: (document) => shownBy(document),
    async onContentChange(change) {
      if (change.action === 'rename')
        await followMove(await readIndex(), documents.rooms, change.sourcePath, change.path);
      if (change.action === 'delete') await followDeletion(await readIndex(), documents.rooms, change.path);
    },
    close: () => documents.close(),
  };
}
