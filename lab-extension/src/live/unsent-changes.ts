import { mergeUpdates } from 'yjs';

/** More of what was typed is not kept as updates: it is in the document, but for what was deleted meanwhile. */
const MOST_BYTES = 1024 * 1024;

interface Batch {
  changes: number;
  /** As Yjs told of them, in order. */
  updates: Uint8Array[];
}

/**
 * The changes of this page that the server has not confirmed. The server confirms frames, in order; a frame carries one
 * change, or all that waited when the connection came about. What they were is kept until then: a document that has heard of
 * another's change may have thrown away what was typed here (into a cell that somebody moved, say).
 */
export class UnsentChanges {
  /** Not in any frame of this connection. */
  #waiting: Batch;
  /** What each frame carries that is not confirmed, the oldest first. */
  #inFlight: Batch[] = [];
  #confirmedFrames = 0;
  /** Of the updates that are kept. */
  #bytes = 0;
  /** They became too many: until all is confirmed none are kept, for the later ones build upon the first. */
  #isTooMuch = false;

  /**
   * @param changes of earlier pages
   * @param update what these were, as far as it is known
   */
  constructor(changes: number, update: Uint8Array | null = null) {
    this.#waiting = { changes, updates: [] };
    if (update !== null) this.#keep(update);
  }

  get count(): number {
    return this.#inFlight.reduce((sum, { changes }) => sum + changes, this.#waiting.changes);
  }

  /** Nothing waits, and no frame is on its way. */
  get isSettled(): boolean {
    return this.#waiting.changes === 0 && this.#inFlight.length === 0;
  }

  /** What waits, as one update, in which nothing is missing that was deleted since; null where nothing is kept. */
  get update(): Uint8Array | null {
    const { updates } = this.#waiting;
    if (updates.length > 1) {
      const merged = mergeUpdates(updates);
      this.#bytes += merged.length - bytesOf(updates);
      this.#waiting.updates = [merged];
    }
    return this.#waiting.updates[0] ?? null;
  }

  add(update: Uint8Array): void {
    this.#waiting.changes += 1;
    this.#keep(update);
  }

  /** A frame carries all that waited. */
  sent(): void {
    this.#inFlight.push(this.#waiting);
    this.#waiting = { changes: 0, updates: [] };
  }

  /** @param frames since the connection came about */
  confirmed(frames: number): void {
    for (const { updates } of this.#inFlight.splice(0, frames - this.#confirmedFrames))
      this.#bytes -= bytesOf(updates);
    this.#confirmedFrames = frames;
    if (this.isSettled) this.#isTooMuch = false;
  }

  /** What was on its way may be lost, and is sent again. */
  disconnected(): void {
    const updates = [...this.#inFlight, this.#waiting].flatMap((batch) => batch.updates);
    this.#waiting = { changes: this.count, updates };
    this.#inFlight = [];
    this.#confirmedFrames = 0;
  }

  #keep(update: Uint8Array): void {
    if (this.#isTooMuch) return;
    this.#waiting.updates.push(update);
    this.#bytes += update.length;
    if (this.#bytes <= MOST_BYTES) return;
    this.#isTooMuch = true;
    this.#bytes = 0;
    for (const batch of [...this.#inFlight, this.#waiting]) batch.updates = [];
  }
}

function bytesOf(updates: readonly Uint8Array[]): number {
  return updates.reduce((sum, { length }) => sum + length, 0);
}
