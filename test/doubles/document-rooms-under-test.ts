import type { EventLog } from '../../event-log/event-log.ts';
import type { DocumentSource } from '../../server/documents/document-files.ts';
import { DocumentIndex } from '../../server/documents/document-index.ts';
import { DocumentRooms } from '../../server/documents/document-rooms.ts';
import type { DocumentAttachment, DocumentKind, SharedDocument } from '../../server/shared-document.ts';

export const NOTEBOOK: DocumentKind = { type: 'notebook', format: 'json' };
export const TEXT: DocumentKind = { type: 'file', format: 'text' };

/** Rooms over a log, with files that are a map. */
export async function roomsOn(
  log: EventLog,
  files: ReadonlyMap<string, DocumentSource>,
  idle = 60_000,
  index?: DocumentIndex,
  attachments: readonly DocumentAttachment[] = [],
): Promise<DocumentRooms> {
  return new DocumentRooms({
    log,
    index: index ?? (await DocumentIndex.load(log, () => undefined)),
    files: {
      read: (path) => Promise.resolve(files.get(path) ?? null),
      prepare: (source) => Promise.resolve(source),
      findMoved: () => Promise.resolve(null),
      bringUpToFile: () => Promise.resolve(),
    },
    attachments,
    idle,
    onUnloaded: () => undefined,
    warn: () => undefined,
  });
}

export async function openAt(
  rooms: DocumentRooms,
  path: string,
  kind: DocumentKind,
): Promise<SharedDocument> {
  return rooms.open((await rooms.identify(path, kind)).documentId);
}
