import type { EventLog } from '../event-log/event-log.ts';
import type { ContentChange, ContentStore } from './contents/content-store.ts';
import { DocumentIndex } from './documents/document-index.ts';
import { followDeletion, followMove } from './documents/follow-files.ts';
import { LazyDocuments } from './documents/lazy-documents.ts';
import { StoreFiles } from './documents/store-files.ts';
import type { DocumentAttachment, SharedDocuments } from './shared-document.ts';

/** Shared documents for the rest of the server. */
export interface ComposedDocuments {
  readonly documents: SharedDocuments;
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
}): ComposedDocuments {
  const { log, store, idle, warn } = deps;
  let indexing: Promise<DocumentIndex> | null = null;
  const documents = new LazyDocuments(async () => {
    const index = await readIndex();
    const { DocumentRooms } = await import('./documents/document-rooms.ts');
    const files = new StoreFiles(store);
    const attachments: readonly DocumentAttachment[] = [
      // What works on every open document, a line each: in this order, and they are closed in it, too.
    ];
    return new DocumentRooms({ log, index, files, attachments, idle, warn });
  });

  function readIndex(): Promise<DocumentIndex> {
    return (indexing ??= DocumentIndex.load(log).catch((error: unknown) => {
      indexing = null; // the next one tries again
      throw error;
    }));
  }

  return {
    documents,
    async onContentChange(change) {
      if (change.action === 'rename')
        await followMove(await readIndex(), documents.rooms, change.sourcePath, change.path);
      if (change.action === 'delete') await followDeletion(await readIndex(), documents.rooms, change.path);
    },
    close: () => documents.close(),
  };
}
