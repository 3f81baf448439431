import * as Y from 'yjs';

/** Takes over what the server sent. */
export function applyRemote(ydoc: Y.Doc, update: Uint8Array, origin: unknown): void {
  try {
    Y.applyUpdate(ydoc, update, origin);
  } catch (error) {
    // All of it is in the document by then. Somebody who watches it failed, as `@jupyter/ydoc` 4.2 does where two people
    // write one execution count at once; that is to be seen, and not to end the syncing.
    queueMicrotask(() => {
      throw error;
    });
  }
}
