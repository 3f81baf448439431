/** The id of a document, and when it was merged. */
type Entry = readonly [string, string];

/** So many documents are remembered, those of the last dismissals. */
const MOST = 100;

/** Which merge of each document this person has dismissed in this browser; nobody else's notice goes away. */
export class SeenConflicts {
  #entries: readonly Entry[] | null = null;

  /** @param storage the browser's, or null where it keeps nothing */
  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | null,
    private readonly key: string,
  ) {}

  /** @param time of the merge */
  has(documentId: string, time: string): boolean {
    return this.#read().some(([id, seen]) => id === documentId && seen === time);
  }

  add(documentId: string, time: string): void {
    const others = this.#read().filter(([id]) => id !== documentId);
    const entry: Entry = [documentId, time];
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
