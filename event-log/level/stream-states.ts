import { eventRange, indexKey, sequenceOfEventKey } from '../event-key.ts';
import { EventLogError } from '../event-log.ts';
import { decodeIndexEntry } from './index-entry.ts';
import type { LevelStore } from './level-store.ts';
import { StreamState } from './stream-state.ts';

const KEPT = 1024;
const EVICTION_TRIES = 4;

/** The states of the streams in use and of those used last; each is read from the store when it is wanted. */
export class StreamStates {
  readonly #store: LevelStore;
  /** Least recently used first. */
  readonly #states = new Map<string, StreamState>();

  constructor(store: LevelStore) {
    this.#store = store;
  }

  /** To be given back by `release`. It may still be `loading`. */
  use(name: string): StreamState {
    let state = this.#states.get(name);
    if (state === undefined) {
      state = new StreamState(name);
      state.loading = this.#load(state);
      state.loading.catch(() => undefined); // whoever needs the state awaits it and is told
      this.#evict();
    } else {
      this.#states.delete(name);
    }
    this.#states.set(name, state);
    state.users += 1;
    return state;
  }

  release(state: StreamState): void {
    state.users -= 1;
  }

  /** The log is closed: nothing will follow in any stream. */
  end(): void {
    for (const { committed } of this.#states.values()) committed.end();
  }

  /** Few tries for each stream that comes: those in use are as many as their users, who bound themselves. */
  #evict(): void {
    for (let tries = 0; tries < EVICTION_TRIES && this.#states.size >= KEPT; tries++) {
      const [oldest] = this.#states.values();
      if (oldest === undefined) return;
      this.#states.delete(oldest.name);
      if (oldest.users > 0) this.#states.set(oldest.name, oldest);
    }
  }

  async #load(state: StreamState): Promise<void> {
    try {
      const bytes = await this.#store.get(indexKey(state.name));
      if (bytes !== undefined) {
        const entry = decodeIndexEntry(bytes);
        if (entry === null) {
          throw new EventLogError(
            'EVENT_LOG_DAMAGED',
            `The index entry of stream ${state.name} cannot be read.`,
          );
        }
        state.entry = entry;
        state.indexed = true;
        state.committed.restore(entry.first, entry.listed ? await this.#last(state) : entry.first - 1);
      }
      state.loading = null;
    } catch (error) {
      if (this.#states.get(state.name) === state) this.#states.delete(state.name);
      throw error;
    }
  }

  async #last(state: StreamState): Promise<number> {
    const { first } = state.entry;
    const kept = eventRange(state.keyPrefix, first - 1, Number.MAX_SAFE_INTEGER - 1);
    const key = await this.#store.key(kept, 'last');
    return key === undefined ? first - 1 : sequenceOfEventKey(key);
  }
}
