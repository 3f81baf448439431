import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { agentName } from '../auth/agent-actor.ts';
import type { Identity } from '../auth/identity.ts';
import type { SharedDocument } from '../shared-document.ts';
import { placeOfCell } from './shared-cell.ts';

/** Who changed it: a string, as of all that the server itself does. */
const ORIGIN = 'agent';
/** One of those that pages have for people. */
const COLOR = '#954ed4';

/** An agent among the people who have a document open: who it is and what it works on. Never stored (I8). */
export class AgentPresence {
  readonly #document: SharedDocument;
  readonly #doc = new Y.Doc();
  readonly #own: Awareness;
  #isClosed = false;

  constructor(document: SharedDocument, agent: string, { displayName }: Identity) {
    this.#document = document;
    // It says again that it is there, as pages do, before it counts for gone.
    this.#own = new Awareness(this.#doc);
    const name = agentName(displayName);
    this.#own.on('update', () => this.#tell());
    this.#own.setLocalState({
      user: { username: agent, name, display_name: name, initials: 'AI', color: COLOR },
      place: placeAt(null),
    });
  }

  get document(): SharedDocument {
    return this.#document;
  }

  /** It works on this cell now; null: on the notebook. */
  show(cellId: string | null): void {
    if (this.#isClosed) return;
    const place = cellId === null ? null : placeOfCell(this.#document.ydoc, cellId);
    // One that it is about to make is nowhere yet.
    if (cellId !== null && place === null) return;
    this.#own.setLocalStateField('place', placeAt(cellId));
    const source = place?.cell.get('source');
    this.#own.setLocalStateField('cursors', source instanceof Y.Text ? [cursorAtEndOf(source)] : []);
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#own.setLocalState(null);
    this.#own.destroy();
    this.#doc.destroy();
  }

  #tell(): void {
    if (this.#document.end !== null) return;
    const update = encodeAwarenessUpdate(this.#own, [this.#own.clientID]);
    applyAwarenessUpdate(this.#document.awareness, update, ORIGIN);
  }
}

/** In the words of our own pages. */
function placeAt(cell: string | null): object {
  return { cell, mode: 'command', selected: [], top: null, seen: Date.now() };
}

/** In those of jupyter-collaboration. */
function cursorAtEndOf(source: Y.Text): object {
  const place = Y.relativePositionToJSON(
    Y.createRelativePositionFromTypeIndex(source, source.length, -1),
  ) as unknown;
  return { anchor: place, head: place, primary: true, empty: true };
}
