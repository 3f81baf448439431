import * as Y from 'yjs';
import type { DecodedUpdate } from './update-check.ts';

/** Whether an update would change the document. */
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
