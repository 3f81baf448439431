/** In this time, in milliseconds, so many characters are read at most: 12 million a second, more than any screen shows. */
const WINDOW = 10;
const MOST_IN_WINDOW = 128 * 1024;

interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * Reads a source no faster than anybody could look. Whoever reads terminals also reads kernels, and those drop what is
 * not read in time (I5); a program on a terminal waits instead.
 */
export class ReadingPace {
  readonly #source: Pausable;
  readonly #now: () => number;
  #windowBegan = -Infinity;
  #readInWindow = 0;
  #breath: NodeJS.Timeout | null = null;
  #isPaused = false;

  constructor(source: Pausable, now: () => number = () => performance.now()) {
    this.#source = source;
    this.#now = now;
  }

  /** To be called for whatever was read. */
  read(characters: number): void {
    const now = this.#now();
    if (now - this.#windowBegan >= WINDOW) {
      this.#windowBegan = now;
      this.#readInWindow = 0;
    }
    this.#readInWindow += characters;
    if (this.#readInWindow < MOST_IN_WINDOW || this.#breath !== null) return;
    this.#source.pause();
    this.#breath = setTimeout(
      () => {
        this.#breath = null;
        if (!this.#isPaused) this.#source.resume();
      },
      Math.max(1, this.#windowBegan + WINDOW - now),
    );
  }

  pause(): void {
    this.#isPaused = true;
    this.#source.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#breath === null) this.#source.resume();
  }

  /** The source has ended. */
  close(): void {
    if (this.#breath !== null) clearTimeout(this.#breath);
    this.#breath = null;
  }
}
