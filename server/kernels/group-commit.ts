import type { NewEvent } from '../../event-log/event.ts';

export interface CommitItem {
  /** Null for what takes its turn but is no event. */
  readonly event: NewEvent | null;
  /** Bytes held for it. */
  readonly size: number;
  /** Appended in one with the item before it, or not at all. */
  readonly isJoined?: boolean;
}

/** What becomes of items that could not be appended: they are tried again, each by itself, or given up. */
export type AfterFailure = 'again' | 'apart' | 'never';

export interface GroupCommitOptions<Item extends CommitItem> {
  append(events: readonly NewEvent[]): Promise<number>;
  /** Must not throw. In order; `lastSequence` is that of the last event among them, the others' are the ones before. */
  committed(items: readonly Item[], lastSequence: number | null): void;
  /** Nothing of them was appended. `apart` for what cannot be taken apart is `never`, and told as such. */
  failed(items: readonly Item[], error: unknown, canBeTakenApart: boolean): Promise<AfterFailure>;
}

/** More at once would keep others from their turn. */
const BATCH_ITEMS = 1000;
const BATCH_BYTES = 4 * 1024 * 1024;

/**
 * Appends what comes before it goes on (I1), in order: while one append is under way, what comes gathers and is
 * appended next, together. What is no event waits for its turn only if something is before it.
 */
export class GroupCommit<Item extends CommitItem> {
  readonly #options: GroupCommitOptions<Item>;
  #waiting: Item[] = [];
  #heldBytes = 0;
  #running: Promise<void> | null = null;

  constructor(options: GroupCommitOptions<Item>) {
    this.#options = options;
  }

  /** What waits, and what is being appended. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(...items: readonly Item[]): void {
    if (this.#running === null && items.every(({ event }) => event === null)) {
      this.#options.committed(items, null);
      return;
    }
    for (const item of items) {
      this.#heldBytes += item.size;
      this.#waiting.push(item);
    }
    this.#running ??= this.#run();
  }

  /** Resolves when all that was pushed so far has gone on, or was given up. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const items = this.#take();
      await this.#commit(items);
      for (const item of items) this.#heldBytes -= item.size;
    }
    this.#running = null;
  }

  async #commit(items: readonly Item[]): Promise<void> {
    const events = items.flatMap(({ event }) => (event === null ? [] : [event]));
    for (;;) {
      let last: number | null;
      try {
        last = events.length === 0 ? null : await this.#options.append(events);
      } catch (error) {
        const groups = joinedGroups(items);
        const after = await this.#options.failed(items, error, groups.length > 1);
        if (after === 'again') continue;
        if (after === 'apart' && groups.length > 1) for (const group of groups) await this.#commit(group);
        return;
      }
      this.#options.committed(items, last);
      return;
    }
  }

  #take(): Item[] {
    let bytes = 0;
    let count = 0;
    for (const item of this.#waiting) {
      bytes += item.size;
      const isFull = count >= BATCH_ITEMS || (bytes > BATCH_BYTES && count > 0);
      if (isFull && item.isJoined !== true) break;
      count += 1;
    }
    const taken = this.#waiting;
    this.#waiting = taken.splice(count);
    return taken;
  }
}

function joinedGroups<Item extends CommitItem>(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  for (const item of items)
    if (item.isJoined === true && groups.length > 0) groups.at(-1)?.push(item);
    else groups.push([item]);
  return groups;
}
