/** What it is about (a document's id, or one with a kind of notice), and when that happened. */
type Entry = readonly [string, string];

/** So many are remembered, those of the last dismissals. */
const MOST = 100;

/** Which notices this person has dismissed in this browser; nobody else's go away. */
export class SeenNotices {
  #entries: readonly Entry[] | null = null;

  /** @param storage the browser's, or null where it keeps nothing */
  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | null,
    private readonly key: string,
  ) {}

  /** @param time of what the notice tells */
  has(about: string, time: string): boolean {
    return this.#read().some(([id, seen]) => id === about && seen === time);
  }

  add(about: string, time: string): void {
    const others = this.#read().filter(([id]) => id !== about);
    const entry: Entry = [about, time];
    this.#entries = [entry, ...others].slice(0, MOST);
    try {
      this.storage?.setItem(this.key, JSON.stringify(this.#entries));
    } catch {
      // The browser is full: it is remembered on this page.
    }
  }

  #read(): readonly Entry[] {
    if (this.#entries !== null) return this.#entries;
    try {
      const kept: unknown = JSON.parse(this.storage?.getItem(this.key) ?? '[]');
      this.#entries = Array.isArray(kept) ? kept.filter(isEntry) : [];
    } catch {
      this.#entries = []; // it was written by somebody else
    }
    return this.#entries;
  }
}

function isEntry(entry: unknown): entry is Entry {
  return Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string');
}
