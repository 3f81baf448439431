import { describeDuration } from './slurm-duration.ts';

/** Seconds before a job's time is up; a short job is warned when half and a fifth of its time are left. */
const MARKS = [
  { before: 600, share: 1 / 2 },
  { before: 120, share: 1 / 5 },
] as const;
/** Longer than setTimeout can wait. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** Warns when a job's time is nearly up. */
export class TimeWarnings {
  readonly #jobId: string;
  readonly #warn: (text: string) => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | null = null;
  #end: number | null = null;
  /** Marks that were told of the end that is known. */
  #told = 0;

  constructor(jobId: string, warn: (text: string) => void, now: () => number = Date.now) {
    this.#jobId = jobId;
    this.#warn = warn;
    this.#now = now;
  }

  /**
   * The queue was asked again: an administrator may have given it more time.
   * @param start and end in milliseconds since the epoch; null for no limit, or none that is known
   */
  learn(start: number | null, end: number | null): void {
    if (end === this.#end) return;
    this.#end = end;
    this.#told = 0;
    this.#wait(start);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(start: number | null): void {
    this.close();
    if (this.#end === null) return;
    const now = this.#now();
    const limit = (this.#end - (start ?? now)) / 1000;
    const left = (this.#end - now) / 1000;
    const marks = MARKS.map(({ before, share }) => Math.min(before, limit * share));
    // One that has passed already is told at the next only: two warnings at once say no more than one.
    while (this.#told + 1 < marks.length && left <= (marks[this.#told + 1] ?? 0)) this.#told += 1;
    const mark = marks[this.#told];
    if (mark === undefined || left <= 0) return;
    const wait = Math.min(Math.max(0, (left - mark) * 1000), LONGEST_WAIT);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if ((this.#end ?? 0) - this.#now() <= mark * 1000 + 500) {
        this.#told += 1;
        this.#say();
      }
      this.#wait(start);
    }, wait);
    this.#timer.unref();
  }

  #say(): void {
    const left = ((this.#end ?? 0) - this.#now()) / 1000;
    this.#warn(
      `Slurm will end job ${this.#jobId}, and the kernel with it, in ${describeDuration(left)}: its time limit is nearly reached. Save what you need.`,
    );
  }
}
