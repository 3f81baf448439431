import * as decoding from 'lib0/decoding';
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import * as Y from 'yjs';
import { DocumentError } from './shared-document.ts';

/** A tab's cursor and who is at it take some hundred bytes. */
const MOST_UPDATE_BYTES = 64 * 1024;
/** States that one participant may have: a socket is one tab, in most cases. */
const MOST_STATES = 32;

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

/** Who is somewhere, and what they point at: in a document, or at this server at all. Never stored (I8). */
export class SharedAwareness<Owner extends object> {
  readonly awareness: Awareness;
  readonly #doc = new Y.Doc();
  /** Who was the last to tell a state: it goes with them. */
  readonly #owners = new Map<number, Owner>();

  /** @param broadcast `owner`: whose own states it tells of; null: nobody's. */
  constructor(broadcast: (update: Uint8Array, owner: Owner | null) => void) {
    this.awareness = new Awareness(this.#doc);
    this.awareness.setLocalState(null);
    this.awareness.on('update', ({ added, updated, removed }: AwarenessChange, origin: unknown) => {
      for (const client of removed) this.#owners.delete(client);
      const changed = [...added, ...updated, ...removed];
      const owner = typeof origin === 'object' ? (origin as Owner | null) : null;
      broadcast(encodeAwarenessUpdate(this.awareness, changed), owner);
    });
  }

  /** @throws DocumentError `malformed-update` */
  receive(update: Uint8Array, owner: Owner): void {
    const clients = clientsOf(update);
    let owned = clients.filter((client) => this.#owners.get(client) !== owner).length;
    for (const other of this.#owners.values()) if (other === owner) owned += 1;
    if (owned > MOST_STATES) throw malformed('it is about too many clients');
    for (const client of clients) this.#owners.set(client, owner);
    applyAwarenessUpdate(this.awareness, update, owner);
    for (const client of clients) if (!this.awareness.states.has(client)) this.#owners.delete(client);
  }

  /** What the owner told goes with it. */
  leave(owner: Owner): void {
    const clients = [...this.#owners].filter(([, of]) => of === owner).map(([client]) => client);
    removeAwarenessStates(this.awareness, clients, owner);
    for (const client of clients) this.#owners.delete(client);
  }

  close(): void {
    this.awareness.destroy();
    this.#doc.destroy();
  }
}

function clientsOf(update: Uint8Array): number[] {
  if (update.length > MOST_UPDATE_BYTES) throw malformed('it is too large');
  try {
    const decoder = decoding.createDecoder(update);
    const count = decoding.readVarUint(decoder);
    const clients: number[] = [];
    for (let index = 0; index < count; index += 1) {
      clients.push(decoding.readVarUint(decoder));
      decoding.readVarUint(decoder);
      const state: unknown = JSON.parse(decoding.readVarString(decoder));
      if (typeof state !== 'object') throw new TypeError('a state is no object');
    }
    return clients;
  } catch (error) {
    throw malformed('it cannot be read', error);
  }
}

function malformed(reason: string, cause?: unknown): DocumentError {
  return new DocumentError('malformed-update', `The awareness update is refused: ${reason}.`, { cause });
}
