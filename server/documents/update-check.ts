import * as Y from 'yjs';
import { DocumentError } from '../shared-document.ts';
import type { DocumentKind } from '../shared-document.ts';

export type DecodedUpdate = ReturnType<typeof Y.decodeUpdate>;

/** More at once would keep everybody waiting; it is more than the largest notebooks that people have. */
const MOST_UPDATE_BYTES = 256 * 1024 * 1024;

/**
 * What an update says, if it is one for this document at all: what Yjs has begun to apply cannot be taken back.
 * @throws DocumentError `malformed-update`
 */
export function checkUpdate(update: Uint8Array, _ydoc: Y.Doc, _kind: DocumentKind): DecodedUpdate {
  if (update.length > MOST_UPDATE_BYTES) throw malformed('it is too large');
  try {
    return Y.decodeUpdate(update);
  } catch (error) {
    throw malformed('it cannot be read', error);
  }
}

/** Whether it would change the document. */
export function containsNews({ structs, ds }: DecodedUpdate, { store }: Y.Doc): boolean {
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue;
    if (struct.id.clock + struct.length > Y.getState(store, struct.id.client)) return true;
  }
  for (const [client, deleted] of ds.clients) {
    const known = store.clients.get(client);
    for (const { clock, len } of deleted) {
      if (known === undefined || clock + len > Y.getState(store, client)) return true;
      for (let index = Y.findIndexSS(known, clock); index < known.length; index += 1) {
        const struct = known[index];
        if (struct === undefined || struct.id.clock >= clock + len) break;
        if (!struct.deleted) return true;
      }
    }
  }
  return false;
}

export function malformed(reason: string, cause?: unknown): DocumentError {
  return new DocumentError('malformed-update', `The update is refused: ${reason}.`, { cause });
}
