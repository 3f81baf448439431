import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import * as Y from 'yjs';
import { DocumentError } from './shared-document.ts';

/** Of one state: a tab's cursor and who is at it take some hundred bytes. */
const MOST_STATE_CHARACTERS = 64 * 1024;
/** Stock clients say again of everybody what they were told. */
const MOST_UPDATE_BYTES = 2 * 1024 * 1024;
/** States that one participant may have: a socket is one tab, in most cases. */
const MOST_STATES = 32;

/** Somebody at a socket, who tells of their tab. */
export interface Teller {
  /** Their username. */
  readonly actor: string;
}

interface AwarenessChange {
  readonly added: readonly number[];
  readonly updated: readonly number[];
  readonly removed: readonly number[];
}

interface ToldState {
  readonly client: number;
  readonly clock: number;
  /** As JSON. */
  readonly state: string;
}

/**
 * Who is somewhere, and what they point at: in a document, or at this server at all. Never stored (I8). Everybody tells of
 * their own tab alone: what somebody says of another person's is not heard.
 */
export class SharedAwareness<Owner extends Teller> {
  readonly awareness: Awareness;
  readonly #doc = new Y.Doc();
  /** Whose each state is: it goes with them. */
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
    const told = statesIn(update).filter((state) => this.#isToTell(state, owner));
    if (told.length === 0) return;
    const owned = new Set(told.map(({ client }) => client));
    for (const [client, other] of this.#owners) if (other === owner) owned.add(client);
    if (owned.size > MOST_STATES) throw malformed('it is about too many clients');
    for (const { client } of told) this.#owners.set(client, owner);
    applyAwarenessUpdate(this.awareness, updateOf(told), owner);
    for (const { client } of told) if (!this.awareness.states.has(client)) this.#owners.delete(client);
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

  #isToTell({ client, clock }: ToldState, teller: Owner): boolean {
    const owner = this.#owners.get(client);
    if (owner === teller) return true;
    const isNews = clock > (this.awareness.meta.get(client)?.clock ?? -1);
    if (owner === undefined) return isNews;
    if (owner.actor !== teller.actor) return false;
    // A tab that came back over a new socket says first what it had said over the old one.
    return isNews || ![...this.#owners.values()].includes(teller);
  }
}

/** In the encoding of y-protocols, which says the count first. */
function statesIn(update: Uint8Array): ToldState[] {
  if (update.length > MOST_UPDATE_BYTES) throw malformed('it is too large');
  try {
    const decoder = decoding.createDecoder(update);
    const count = decoding.readVarUint(decoder);
    const states: ToldState[] = [];
    for (let index = 0; index < count; index += 1) {
      const client = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const state = decoding.readVarString(decoder);
      if (state.length > MOST_STATE_CHARACTERS) throw new RangeError('a state is too large');
      if (typeof JSON.parse(state) !== 'object') throw new TypeError('a state is no object');
      states.push({ client, clock, state });
    }
    return states;
  } catch (error) {
    throw malformed('it cannot be read', error);
  }
}

function updateOf(states: readonly ToldState[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, states.length);
  for (const { client, clock, state } of states) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}

function malformed(reason: string, cause?: unknown): DocumentError {
  return new DocumentError('malformed-update', `The awareness update is refused: ${reason}.`, { cause });
}
