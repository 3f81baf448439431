import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { personOf, type Person } from '../presence/person.ts';
import { findSharedCursor, type TextCursor } from './shared-cursor.ts';

/** What one client selects in one text; no cursors: nothing any more. */
export interface ClientCursors {
  readonly client: number;
  readonly person: Person;
  readonly cursors: readonly TextCursor[];
}

export type CursorListener = (changed: readonly ClientCursors[]) => void;

interface AwarenessChange {
  readonly added: number[];
  readonly updated: number[];
  readonly removed: number[];
}

/** A Y.Text, by its identity. */
type SharedText = object;

/**
 * Others' cursors in all texts of one document. Each change is looked up once and told to the text that it is in:
 * a notebook of a thousand cells with a hundred people in it costs as much as one cell.
 */
export class RemoteCursors {
  readonly #listeners = new Map<SharedText, Set<CursorListener>>();
  /** The text that each client was last seen in. */
  readonly #textOf = new Map<number, SharedText>();
  readonly #changed = new Set<number>();
  /** Those whose text has not come yet. */
  readonly #waiting = new Set<number>();
  #isScheduled = false;

  /** @param schedule runs something soon; what changes until then is looked up together */
  constructor(
    private readonly awareness: Awareness,
    private readonly schedule: (run: () => void) => void,
  ) {
    this.#take([...awareness.getStates().keys()]);
    awareness.on('change', ({ added, updated, removed }: AwarenessChange) =>
      this.#take([...added, ...updated, ...removed]),
    );
    awareness.doc.on('afterTransaction', (transaction: Y.Transaction) => {
      if (!transaction.local && this.#waiting.size > 0) this.#take([...this.#waiting]);
    });
  }

  /** Tells what is in the text now, and from then on what changes. @returns ends it */
  follow(text: SharedText, listener: CursorListener): () => void {
    const listeners = this.#listeners.get(text) ?? new Set();
    this.#listeners.set(text, listeners.add(listener));
    const here = [...this.#textOf].filter(([, its]) => its === text).map(([client]) => client);
    this.#take(here);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(text);
    };
  }

  #take(clients: readonly number[]): void {
    for (const client of clients) if (client !== this.awareness.clientID) this.#changed.add(client);
    if (this.#isScheduled || this.#changed.size === 0) return;
    this.#isScheduled = true;
    this.schedule(() => {
      this.#isScheduled = false;
      this.#lookUp();
    });
  }

  #lookUp(): void {
    const told = new Map<SharedText, ClientCursors[]>();
    const tell = (text: SharedText, change: ClientCursors): void => {
      if (this.#listeners.has(text)) told.set(text, [...(told.get(text) ?? []), change]);
    };
    for (const client of this.#changed) {
      const { person, text, cursors } = this.#cursorsOf(client);
      const before = this.#textOf.get(client);
      if (before !== undefined && before !== text) tell(before, { client, person, cursors: [] });
      if (text === null) this.#textOf.delete(client);
      else {
        this.#textOf.set(client, text);
        tell(text, { client, person, cursors });
      }
    }
    this.#changed.clear();
    for (const [text, changes] of told)
      for (const listener of this.#listeners.get(text) ?? []) listener(changes);
  }

  #cursorsOf(client: number): { person: Person; text: SharedText | null; cursors: TextCursor[] } {
    const state = this.awareness.getStates().get(client);
    const person = personOf(state?.['user']) ?? NOBODY;
    const shared: unknown = state?.['cursors'];
    const listed: readonly unknown[] = Array.isArray(shared) ? shared.slice(0, MOST_CURSORS) : [];
    const found = listed.map((cursor) => findSharedCursor(cursor, this.awareness.doc));
    if (found.includes(null)) this.#waiting.add(client);
    else this.#waiting.delete(client);
    const text = found.find((cursor) => cursor !== null)?.text ?? null;
    const cursors = found.filter((cursor) => cursor !== null && cursor.text === text);
    return { person, text, cursors: cursors.map((cursor) => cursor!.cursor) };
  }
}

/** A page that says nothing of its person, as some clients do until they know. */
const NOBODY: Person = { username: '', name: 'Somebody', initials: '?', color: '#757503' };
/** Column selections have many; each costs a look-up. */
const MOST_CURSORS = 50;

const hubs = new WeakMap<Awareness, RemoteCursors>();

/** The one of a document's awareness, which lives as long as it. */
export function remoteCursorsOf(awareness: Awareness): RemoteCursors {
  const known = hubs.get(awareness);
  if (known !== undefined) return known;
  const made = new RemoteCursors(awareness, (run) => setTimeout(run, LOOK_UP_DELAY));
  hubs.set(awareness, made);
  return made;
}

/** Milliseconds: a hundred people who all type make no more than 20 changes a second to what is drawn. */
const LOOK_UP_DELAY = 50;
