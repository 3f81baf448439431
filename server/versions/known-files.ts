import type { Stats } from 'node:fs';

const MOST_KNOWN = 10_000;

/** What files on disk hold, as long as nobody writes into them: by what tells one writing of a file from another. */
export class KnownFiles {
  /** Oldest first. */
  readonly #files = new Map<string, string>();

  learn(stats: Stats, sha256: string): void {
    this.forget(stats);
    this.#files.set(keyOf(stats), sha256);
    const [oldest] = this.#files.keys();
    if (this.#files.size > MOST_KNOWN && oldest !== undefined) this.#files.delete(oldest);
  }

  forget(stats: Stats): void {
    this.#files.delete(keyOf(stats));
  }

  sha256Of(stats: Stats): string | null {
    return this.#files.get(keyOf(stats)) ?? null;
  }
}

const keyOf = ({ dev, ino, size, mtimeMs }: Stats): string => `${dev}:${ino}:${size}:${mtimeMs}`;
