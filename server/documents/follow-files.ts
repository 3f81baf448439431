import type { DocumentIndex } from './document-index.ts';
import type { DocumentRecord } from './document-record.ts';
import type { DocumentRooms } from './document-rooms.ts';

/** Documents go where their files go: those of a folder with it. A copy is nobody's document yet. */
export async function followMove(
  index: DocumentIndex,
  rooms: DocumentRooms | null,
  from: string,
  to: string,
): Promise<void> {
  for (const { documentId, path } of documentsIn(index, from)) {
    const record = await index.move(documentId, to + path.slice(from.length));
    await rooms?.moved(record);
  }
}

export async function followDeletion(
  index: DocumentIndex,
  rooms: DocumentRooms | null,
  path: string,
): Promise<void> {
  for (const { documentId } of documentsIn(index, path)) {
    await index.delete(documentId);
    await rooms?.deleted(documentId);
  }
}

function documentsIn(index: DocumentIndex, at: string): DocumentRecord[] {
  return [...index.all()].filter(
    ({ path, isDeleted }) => !isDeleted && (path === at || path.startsWith(`${at}/`)),
  );
}
