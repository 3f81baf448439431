/** When somebody last did something here, for whoever stops idle servers (`last_activity` of `/api/status`). */
export class Activity {
  readonly started: Date;
  readonly #now: () => number;
  readonly #sources: (() => number)[] = [];
  #last: number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#last = now();
    this.started = new Date(this.#last);
  }

  record(): void {
    this.#last = this.#now();
  }

  /** Adds what is asked whenever the last activity is wanted, e.g. the kernels' own; in milliseconds since the epoch. */
  addSource(lastActivity: () => number): void {
    this.#sources.push(lastActivity);
  }

  last(): Date {
    return new Date(Math.max(this.#last, ...this.#sources.map((source) => source())));
  }
}
