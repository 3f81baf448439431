import type { KernelMessage } from '../protocol/message.ts';

/** What it stops and continues. */
export interface Stoppable {
  pause(): void;
  resume(): void;
}

/** Looked at after so many messages or bytes: a single message costs nothing. */
const MESSAGES = 64;
const BYTES = 1024 * 1024;
/** A message that was said so long ago waited in memory behind many others. In milliseconds. */
const LAG = 400;
/** More than this is a clock that goes wrong, or a date without its time zone. */
const NO_LAG = 60_000;
/** Nothing came for so long: all is read. */
const QUIET = 4;

/**
 * Stops a kernel for moments when it says more than can be read. ZeroMQ's queue of what is not read yet is in our memory,
 * bounded by nothing (a bound would make the kernel drop), and does not tell how long it is; how old its messages are does.
 */
export class ReadingLag {
  readonly #kernel: Stoppable;
  readonly #now: () => number;
  #messages = 0;
  #bytes = 0;
  #quiet: NodeJS.Timeout | null = null;
  /** The least age of a message. A kernel may be on another machine: no message is younger than its clock is behind. */
  #least = Number.POSITIVE_INFINITY;

  constructor(kernel: Stoppable, now: () => number = Date.now) {
    this.#kernel = kernel;
    this.#now = now;
  }

  heard(message: KernelMessage): void {
    this.#quiet?.refresh();
    // Some that wait behind nothing are among these.
    if (this.#messages === 0) this.#ageOf(message);
    this.#messages += 1;
    for (const frame of message.frames) this.#bytes += frame.byteLength;
    if (this.#messages < MESSAGES && this.#bytes < BYTES) return;
    this.#messages = this.#bytes = 0;
    if (this.#quiet !== null) return;
    const lag = this.#ageOf(message) - (this.#least > LAG ? this.#least : 0);
    if (!(lag > LAG && lag < NO_LAG)) return;
    this.#kernel.pause();
    this.#quiet = setTimeout(() => {
      this.#quiet = null;
      this.#kernel.resume();
    }, QUIET);
  }

  /** NaN where it does not say. */
  #ageOf(message: KernelMessage): number {
    const age = this.#now() - dateOf(message);
    if (age < this.#least) this.#least = age;
    return age;
  }

  close(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
  }
}

/** In milliseconds since the epoch; NaN where it does not say. */
function dateOf({ frames }: KernelMessage): number {
  try {
    return Date.parse((JSON.parse(Buffer.from(frames[0] ?? []).toString()) as { date: string }).date);
  } catch {
    return Number.NaN; // Headers with NaN in them are read elsewhere; this is only about time.
  }
}
