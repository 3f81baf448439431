import { ContentAny, decodeUpdate, Item } from 'yjs';

/**
 * Whether an update only says which room the client is in: it writes `document_id` into the document's state once it has
 * it, also where its person may only read. A reader's is left out; everything else of a reader's is refused.
 */
export function saysOnlyItsRoom(update: Uint8Array, roomId: string): boolean {
  const { structs } = decodeUpdate(update);
  return structs.every(
    (struct) =>
      struct instanceof Item &&
      struct.content instanceof ContentAny &&
      struct.content.arr.length === 1 &&
      struct.content.arr[0] === roomId,
  );
}
