/** Opening applies so many single updates in a few milliseconds. */
const SHORT_TAIL_UPDATES = 500;
/** Much, however few updates it is. */
const LARGE_TAIL_BYTES = 256 * 1024;
/** Share of the state that is written again for what was added. */
const TAIL_SHARE = 1 / 4;
/** What an update takes in the log beside its own bytes. */
const ENVELOPE_BYTES = 60;
/** As few are left as they are when a document is unloaded. */
const TINY_TAIL_UPDATES = 50;

/**
 * When the sum of a history is written anew: once the tail is long, and large enough beside the state that writing that
 * again is worth it. So a log is never far from the size of its document, and little is written twice.
 */
export class CompactionRule {
  #stateBytes: number;
  #updates: number;
  #bytes: number;

  constructor(stored: {
    readonly stateBytes: number;
    readonly tailUpdates: number;
    readonly tailBytes: number;
  }) {
    this.#stateBytes = stored.stateBytes;
    this.#updates = stored.tailUpdates;
    this.#bytes = stored.tailBytes + stored.tailUpdates * ENVELOPE_BYTES;
  }

  count(updates: readonly { readonly update: Uint8Array }[]): void {
    this.#updates += updates.length;
    for (const { update } of updates) this.#bytes += update.length + ENVELOPE_BYTES;
  }

  get isDue(): boolean {
    const isLarge = this.#bytes > TAIL_SHARE * this.#stateBytes;
    return isLarge && (this.#updates > SHORT_TAIL_UPDATES || this.#bytes > LARGE_TAIL_BYTES);
  }

  /** Nobody waits for it when the document is unloaded. */
  get isWorthItAtTheEnd(): boolean {
    return this.#updates > TINY_TAIL_UPDATES || this.#bytes > TAIL_SHARE * this.#stateBytes;
  }

  compacted(stateBytes: number): void {
    this.#stateBytes = stateBytes;
    this.#updates = 0;
    this.#bytes = 0;
  }
}
