import type { EventLog } from '../../event-log/event-log.ts';
import type { DocumentSource } from '../../server/documents/document-files.ts';
import { DocumentIndex } from '../../server/documents/document-index.ts';
import { DocumentRooms } from '../../server/documents/document-rooms.ts';

/** The server's real shared documents, of files that are in memory. */
export async function memoryDocuments(
  log: EventLog,
  files: ReadonlyMap<string, DocumentSource>,
): Promise<DocumentRooms> {
  return new DocumentRooms({
    log,
    index: await DocumentIndex.load(log),
    files: {
      read: (path) => Promise.resolve(files.get(path) ?? null),
      findMoved: () => Promise.resolve(null),
      bringUpToFile: () => Promise.resolve(),
    },
    attachments: [],
    idle: 60_000,
    warn: () => undefined,
    onUnloaded: () => undefined,
  });
}
