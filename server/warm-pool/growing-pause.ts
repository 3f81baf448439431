const FIRST = 2000;
const LONGEST = 5 * 60_000;

/** How long to wait after failures that follow each other, in milliseconds: twice as long each time. */
export class GrowingPause {
  #length = 0;
  #until = 0;

  /** 0 once it is over. */
  get remaining(): number {
    return Math.max(0, this.#until - Date.now());
  }

  /** Another failure. @returns how long to wait now */
  grow(): number {
    this.#length = this.#length === 0 ? FIRST : Math.min(2 * this.#length, LONGEST);
    this.#until = Date.now() + this.#length;
    return this.#length;
  }

  /** What failed has been of use. */
  over(): void {
    this.#length = 0;
    this.#until = 0;
  }
}
