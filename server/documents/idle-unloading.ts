/** Lets go of what nobody has used for a while. */
export class IdleUnloading<Thing extends { readonly isUsed: boolean }> {
  readonly #after: number;
  readonly #unload: (thing: Thing) => void;
  /** One timer for each that is unused; it is not taken back when it is used again, but then does nothing. */
  readonly #timers = new Map<Thing, NodeJS.Timeout>();

  /** @param after in milliseconds */
  constructor(after: number, unload: (thing: Thing) => void) {
    this.#after = after;
    this.#unload = unload;
  }

  /** From now on, until somebody uses it again. */
  unused(thing: Thing): void {
    clearTimeout(this.#timers.get(thing));
    const timer = setTimeout(() => {
      this.#timers.delete(thing);
      if (!thing.isUsed) this.#unload(thing);
    }, this.#after);
    timer.unref();
    this.#timers.set(thing, timer);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
