/** In milliseconds: what changes all the time is told so often, and what is used only now and then. */
const PACE = 1000;
const USAGE_PACE = 5000;

/** Tells those who watch places and kernels that something changed: at once, but no more often than they can look. */
export class RuntimeNews {
  readonly #listeners = new Set<() => void>();
  #pause: NodeJS.Timeout | null = null;
  #isNew = false;
  #usage: NodeJS.Timeout | null = null;

  /** @returns what ends it */
  watch(listener: () => void): () => void {
    // One function may watch twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    this.#usage ??= setInterval(() => this.changed(), USAGE_PACE).unref();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Something is otherwise than before. */
  changed(): void {
    if (this.#listeners.size === 0) return;
    if (this.#pause !== null) {
      this.#isNew = true;
      return;
    }
    this.#pause = setTimeout(() => {
      this.#pause = null;
      if (this.#isNew) this.changed();
    }, PACE).unref();
    this.#isNew = false;
    for (const listener of this.#listeners) listener();
  }

  /** Tells nobody any more, until somebody watches again. Idempotent. */
  close(): void {
    if (this.#usage !== null) clearInterval(this.#usage);
    if (this.#pause !== null) clearTimeout(this.#pause);
    this.#usage = null;
    this.#pause = null;
    this.#isNew = false;
    this.#listeners.clear();
  }
}
