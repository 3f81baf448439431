/**
 * How long what is written may wait for the disk itself: what a power cut can take. Calls `due` that long after the
 * first write since the last fsync; where nothing was written there is no timer.
 */
export class SyncWindow {
  readonly #due: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(due: () => void) {
    this.#due = due;
  }

  written(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#due();
    }, 1000);
    this.#timer.unref(); // a process that ends leaves it to the operating system
  }

  /** Answers whether something waited. */
  stop(): boolean {
    const waited = this.#timer !== null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return waited;
  }
}
