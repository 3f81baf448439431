import { writeSync } from 'node:fs';

const FIRST_RETRY = 5;
const LAST_RETRY = 200;

/**
 * Writes to a pseudo-terminal's non-blocking file descriptor. A full one says EAGAIN, and Node offers no event for when
 * there is room again (its own stream for terminals blocks instead), so it is tried again after a pause that grows.
 */
export class PtyInput {
  readonly #descriptor: number;
  readonly #isOpen: () => boolean;
  readonly #drainListeners: (() => void)[] = [];
  #waiting: Buffer[] = [];
  #retry: NodeJS.Timeout | null = null;
  #retryDelay = FIRST_RETRY;
  #pending = 0;

  /** @param isOpen asked before each write: a number that was closed may belong to another file. */
  constructor(descriptor: number, isOpen: () => boolean) {
    this.#descriptor = descriptor;
    this.#isOpen = isOpen;
  }

  /** Bytes written that have not been taken. */
  get pending(): number {
    return this.#pending;
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener);
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    if (bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#pending += bytes.length;
    if (this.#retry === null) this.#flush();
  }

  close(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#waiting = [];
    this.#pending = 0;
  }

  #flush(): void {
    this.#retry = null;
    while (this.#waiting[0] !== undefined) {
      if (!this.#isOpen()) return this.close();
      const written = this.#writeSome(this.#waiting[0]);
      if (written === null) {
        this.#retry = setTimeout(() => this.#flush(), this.#retryDelay);
        this.#retryDelay = Math.min(LAST_RETRY, this.#retryDelay * 2);
        return;
      }
      this.#retryDelay = FIRST_RETRY;
      this.#pending -= written;
      if (written === this.#waiting[0].length) this.#waiting.shift();
      else this.#waiting[0] = this.#waiting[0].subarray(written);
    }
    for (const listener of this.#drainListeners) listener();
  }

  /** How many bytes were taken; null where there is no room. */
  #writeSome(bytes: Buffer): number | null {
    try {
      return writeSync(this.#descriptor, bytes);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return null;
      // EIO: the program has ended and nobody will read this any more; its end is told elsewhere.
      if (code === 'EIO') return bytes.length;
      throw error;
    }
  }
}
