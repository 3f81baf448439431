import { OpeningError } from '../live/opening-error.ts';
import type { ILiveDocuments } from '../tokens.ts';
import type { IndexedDocumentStorage } from './storage/indexed-document-storage.ts';

/**
 * Changes of documents that no tab shows any more: typed offline in a tab that was closed, or that crashed. They are sent
 * when there is a server, one document after the other, and nobody has to open them for that.
 */
export async function sendLeftBehind(
  live: Pick<ILiveDocuments, 'at' | 'sendStored'>,
  storage: Pick<IndexedDocumentStorage, 'available' | 'keepAsFork'>,
): Promise<void> {
  for (const document of await storage.available()) {
    const { path, kind, unsentChanges } = document;
    if (unsentChanges === 0 || live.at(path) !== null) continue;
    try {
      await live.sendStored(path, kind);
    } catch (error) {
      // They stay where they are, and are tried again at the next connection, unless that is in vain.
      if (error instanceof OpeningError && error.code === 'file-not-found')
        await storage.keepAsFork(document, 'deleted');
    }
  }
}
