import { encodeRecord } from './event-record.ts';
import { eventRange, indexRange, sequenceOfEventKey, streamOfIndexKey } from './event-key.ts';
import { EventLogError } from './event-log.ts';
import type { AppendOptions, Durability, EventLog, ReadOptions } from './event-log.ts';
import type { NewEvent, StoredEvent } from './event.ts';
import { completeIndex } from './level/complete-index.ts';
import { GroupCommit } from './level/group-commit.ts';
import { decodeIndexEntry } from './level/index-entry.ts';
import { LevelStore } from './level/level-store.ts';
import type { StreamState } from './level/stream-state.ts';
import { StreamStates } from './level/stream-states.ts';
import { followStream, readStream } from './read-stream.ts';
import type { StreamSource } from './read-stream.ts';
import { RecordedEvent } from './recorded-event.ts';

const CLEARED_AT_ONCE = 1000;
const LAST_SEQUENCE = Number.MAX_SAFE_INTEGER - 1;

/** The log in a directory, on LevelDB: for one process at a time. */
export class LevelEventLog implements EventLog {
  readonly #store: LevelStore;
  readonly #states: StreamStates;
  readonly #commits: GroupCommit;
  #closing: Promise<void> | null = null;

  private constructor(store: LevelStore, durability: Durability) {
    this.#store = store;
    this.#states = new StreamStates(store);
    this.#commits = new GroupCommit(store, durability);
  }

  /**
   * Opens the log in `directory`, or makes it; what cannot be opened is repaired first, once.
   * @throws EventLogError EVENT_LOG_LOCKED, EVENT_LOG_DISK_FULL, EVENT_LOG_UNREADABLE
   */
  static async open(directory: string, durability: Durability = 'process'): Promise<LevelEventLog> {
    const store = await LevelStore.open(directory);
    try {
      if (store.repaired) await completeIndex(store);
    } catch (error) {
      await store.close();
      throw error;
    }
    return new LevelEventLog(store, durability);
  }

  /** It had to be repaired: events may be missing, and reading says which. */
  get repaired(): boolean {
    return this.#store.repaired;
  }

  async append(name: string, events: readonly NewEvent[], options?: AppendOptions): Promise<number> {
    this.#assertOpen();
    const time = Date.now();
    const encoded = (added: readonly NewEvent[]): Buffer[] => added.map((event) => encodeRecord(event, time));
    const records = encoded(events);
    const others = (options?.together ?? []).map((part) => ({ ...part, records: encoded(part.events) }));
    const bytes = [records, ...others.map((part) => part.records)]
      .flat()
      .reduce((sum, record) => sum + record.length, 0);
    const beside = others.map((part) => ({ state: this.#states.use(part.stream), records: part.records }));
    const expected = options?.expectedSequence;
    try {
      return await this.#using(name, (state) =>
        this.#commits.submit([state, ...beside.map((part) => part.state)], bytes, (batch) => {
          const last = batch.last(state);
          if (expected !== undefined && expected !== last) throw conflict(name, expected, last);
          const sequence = batch.append(state, records);
          for (const part of beside) batch.append(part.state, part.records);
          return sequence;
        }),
      );
    } finally {
      for (const { state } of beside) this.#states.release(state);
    }
  }

  read(name: string, options: ReadOptions = {}): AsyncIterable<StoredEvent> {
    const through = this.lastSequence(name);
    through.catch(() => undefined); // whoever iterates is told
    return readStream(() => this.#source(name), options.after ?? 0, through, options.limit ?? Infinity);
  }

  follow(
    name: string,
    options: { readonly after?: number; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent> {
    return followStream(() => this.#source(name), options.after ?? 0, options.signal);
  }

  async lastSequence(name: string): Promise<number> {
    this.#assertOpen();
    return this.#using(name, ({ loading, committed }) =>
      loading === null ? committed.last : loading.then(() => committed.last),
    );
  }

  async *streams(prefix = ''): AsyncIterable<string> {
    this.#assertOpen();
    let range = indexRange(prefix);
    for (;;) {
      const entries = await this.#store.page(range);
      const last = entries.at(-1);
      if (last === undefined) return;
      for (const [key, value] of entries) {
        // An entry that cannot be read belongs to a stream all the same, and reading that says so.
        if (decodeIndexEntry(value)?.listed !== false) yield streamOfIndexKey(key);
      }
      range = { ...range, gte: Buffer.concat([last[0], Buffer.of(0)]) };
    }
  }

  async storedBytes(name: string, through = LAST_SEQUENCE): Promise<number> {
    this.#assertOpen();
    return this.#using(name, async (state) => {
      await state.loading;
      const { first } = state.committed;
      if (through < first) return 0;
      return this.#store.size(eventRange(state.keyPrefix, first - 1, Math.min(through, LAST_SEQUENCE)));
    });
  }

  async trim(name: string, through: number): Promise<void> {
    this.#assertOpen();
    await this.#using(name, async (state) => {
      await this.#commits.submit([state], 0, (batch) => batch.trim(state, through));
      const before = state.entry.cleared;
      for (;;) {
        const { cleared, first } = state.entry;
        const next = Math.min(cleared + CLEARED_AT_ONCE, first - 1);
        if (next <= cleared) break;
        await this.#commits.submit([state], 0, (batch) => batch.clear(state, cleared, next));
      }
      const { cleared } = state.entry;
      if (cleared - before >= CLEARED_AT_ONCE)
        await this.#store.compact(eventRange(state.keyPrefix, before, cleared));
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#commits.close();
    } finally {
      this.#states.end();
      await this.#store.close();
    }
  }

  async #using<Result>(
    name: string,
    work: (state: StreamState) => Result | Promise<Result>,
  ): Promise<Result> {
    const state = this.#states.use(name);
    try {
      return await work(state);
    } finally {
      this.#states.release(state);
    }
  }

  async #source(name: string): Promise<StreamSource> {
    this.#assertOpen();
    const state = this.#states.use(name);
    try {
      await state.loading;
    } catch (error) {
      this.#states.release(state);
      throw error;
    }
    return {
      name,
      committed: state.committed,
      page: async (after, through) => {
        const entries = await this.#store.page(eventRange(state.keyPrefix, after, through));
        return entries.map(([key, value]) => new RecordedEvent(name, sequenceOfEventKey(key), value));
      },
      release: () => this.#states.release(state),
    };
  }

  #assertOpen(): void {
    if (this.#closing !== null) throw new EventLogError('EVENT_LOG_CLOSED', 'The event log is closed.');
  }
}

function conflict(name: string, expected: number, last: number): EventLogError {
  return new EventLogError(
    'EVENT_LOG_CONFLICT',
    `Stream ${name} was expected to end at ${expected} and ends at ${last}.`,
  );
}
