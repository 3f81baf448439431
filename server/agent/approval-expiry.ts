/** A timer holds no more milliseconds than that; who waits longer is looked at again then. */
const LONGEST = 2 ** 31 - 1;

/** Says no to what nobody has decided for too long, where that was asked for. */
export class ApprovalExpiry {
  readonly #after: number;
  readonly #expire: (callIds: readonly string[]) => void;
  readonly #now: () => number;
  readonly #timers = new Set<NodeJS.Timeout>();

  /**
   * @param after milliseconds
   * @param expire is told of all that was put to people together, decided or not
   */
  constructor(after: number, expire: (callIds: readonly string[]) => void, now: () => number = Date.now) {
    this.#after = after;
    this.#expire = expire;
    this.#now = now;
  }

  /** @param at when they were put to people, in milliseconds since the epoch */
  requested(callIds: readonly string[], at: number): void {
    const left = at + this.#after - this.#now();
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        if (left > LONGEST) this.requested(callIds, at);
        else this.#expire(callIds);
      },
      Math.min(Math.max(left, 0), LONGEST),
    );
    timer.unref();
    this.#timers.add(timer);
  }

  /** Idempotent. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
