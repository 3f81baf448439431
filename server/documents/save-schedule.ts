/** After the last change. */
const PAUSE_MS = 1000;
/** After the first change that is not saved, however much is typed. */
const LONGEST_MS = 3000;
/** Saving takes at most this part of the time. */
const MOST_SHARE = 10;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;

/** When a document is saved: soon after it was changed, often enough while it is, and again where it could not be. */
export class SaveSchedule {
  readonly #save: () => Promise<boolean>;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #firstChange: number | null = null;
  #lastTook = 0;
  #retry = 0;
  #isClosed = false;

  /** @param save answers whether all is saved that is to be */
  constructor(save: () => Promise<boolean>, now: () => number = Date.now) {
    this.#save = save;
    this.#now = now;
  }

  changed(): void {
    if (this.#isClosed || this.#retry > 0) return;
    const now = this.#now();
    this.#firstChange ??= now;
    const pause = Math.max(PAUSE_MS, MOST_SHARE * this.#lastTook);
    const latest = this.#firstChange + Math.max(LONGEST_MS, pause);
    this.#wait(Math.min(pause, Math.max(0, latest - now)));
  }

  /** It is saved, or nothing is to be done about it until the next change. */
  settled(): void {
    this.#stop();
    this.#retry = 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  #wait(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), ms).unref();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#firstChange = null;
  }

  async #run(): Promise<void> {
    this.#stop();
    const began = this.#now();
    const isSaved = await this.#save();
    this.#lastTook = this.#now() - began;
    if (isSaved) this.#retry = 0;
    else if (!this.#isClosed) {
      this.#retry = Math.min(LONGEST_RETRY_MS, Math.max(FIRST_RETRY_MS, 2 * this.#retry));
      this.#wait(this.#retry);
    }
  }
}
