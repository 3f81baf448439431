/** After the last change, so that what comes at once is written at once. */
const QUIET_MS = 1000;
/** While changes go on. */
const LONGEST_WAIT_MS = 5000;
/** Writing takes no more than this part of the time, so that large notebooks are written less often. */
const SHARE = 20;
const LONGEST_PAUSE_MS = 60_000;

interface Due {
  readonly since: number;
  last: number;
  timer: NodeJS.Timeout;
}

/** When to write which notebook. One at a time: the disk is no faster for several, and the server less so. */
export class FoldSchedule {
  readonly #fold: (path: string) => Promise<void>;
  readonly #due = new Map<string, Due>();
  /** Of what was written just now, and took long. */
  readonly #notBefore = new Map<string, number>();
  readonly #failed = new Set<string>();
  #folding: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param fold must not reject */
  constructor(fold: (path: string) => Promise<void>) {
    this.#fold = fold;
  }

  /** Something is another for a notebook. */
  changed(path: string): void {
    if (this.#isClosed) return;
    const now = Date.now();
    const due = this.#due.get(path);
    if (due !== undefined) {
      due.last = now;
      return;
    }
    const timer = setTimeout(() => this.#look(path), QUIET_MS).unref();
    this.#due.set(path, { since: now, last: now, timer });
  }

  /** It could not be written: the reason may pass. */
  again(path: string): void {
    this.#failed.add(path);
    this.changed(path);
  }

  /** Writes what is due, and no more after that. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const [path, { timer }] of [...this.#due]) {
      clearTimeout(timer);
      this.#begin(path);
    }
    await this.#folding;
  }

  #look(path: string): void {
    const due = this.#due.get(path);
    if (due === undefined) return;
    const notBefore = this.#notBefore.get(path) ?? 0;
    const at = Math.max(notBefore, Math.min(due.last + QUIET_MS, due.since + LONGEST_WAIT_MS));
    const rest = at - Date.now();
    if (rest <= 0) this.#begin(path);
    else due.timer = setTimeout(() => this.#look(path), rest).unref();
  }

  #begin(path: string): void {
    this.#due.delete(path);
    this.#folding = this.#folding.then(async () => {
      const begun = performance.now();
      await this.#fold(path);
      this.#rest(path, performance.now() - begun);
    });
  }

  #rest(path: string, took: number): void {
    const now = Date.now();
    for (const [each, notBefore] of this.#notBefore) if (notBefore < now) this.#notBefore.delete(each);
    const pause = this.#failed.delete(path) ? LONGEST_PAUSE_MS : Math.min(took * SHARE, LONGEST_PAUSE_MS);
    this.#notBefore.set(path, now + pause);
  }
}
