/** In milliseconds, from one writing to the next. */
const TICK = 50;
/** No more than that of code units is written a millisecond, for all of it is kept and sent to everybody. */
const RATE = 500;
const LONGEST = 5000;

/** When to write what goes on changing: the first change of a quiet time at once, all others together (one a tick). */
export class WritePace {
  readonly #write: () => Promise<number>;
  #isDue = false;
  #notBefore = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #isClosed = false;

  /** @param write must not reject. @returns roughly the code units that were written */
  constructor(write: () => Promise<number>) {
    this.#write = write;
  }

  changed(): void {
    this.#isDue = true;
    this.#plan();
  }

  /** Writes what is due. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#writing;
    if (!this.#isDue) return;
    this.#isDue = false;
    await this.#write();
  }

  #plan(): void {
    if (this.#isClosed || !this.#isDue || this.#timer !== null || this.#writing !== null) return;
    const rest = this.#notBefore - performance.now();
    if (rest <= 0) this.#begin();
    else
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#begin();
      }, rest);
  }

  #begin(): void {
    this.#isDue = false;
    const begun = performance.now();
    this.#writing = this.#write().then((written) => {
      this.#notBefore = begun + Math.min(Math.max(TICK, written / RATE), LONGEST);
      this.#writing = null;
      this.#plan();
    });
  }
}
