import { syncKey } from '../event-key.ts';
import { EventLogError } from '../event-log.ts';
import type { Durability } from '../event-log.ts';
import { Batch } from './batch.ts';
import type { LevelStore, WriteOperation } from './level-store.ts';
import type { StreamState } from './stream-state.ts';
import { SyncWindow } from './sync-window.ts';

interface Request {
  readonly states: readonly StreamState[];
  readonly bytes: number;
  plan(batch: Batch): void;
  committed(): void;
  refused(error: unknown): void;
}

// More at once would keep the event loop, and whoever waits for the batch, from their work.
const BATCH_BYTES = 1024 * 1024;

const syncOperations: readonly WriteOperation[] = [{ type: 'put', key: syncKey, value: Buffer.of(1) }];

/** Writes what is asked for in order of the calls, one batch at a time; what comes meanwhile goes into the next. */
export class GroupCommit {
  readonly #store: LevelStore;
  readonly #durability: Durability;
  readonly #window = new SyncWindow(() => {
    this.#syncDue = true;
    this.#running ??= this.#run();
  });
  #queue: Request[] = [];
  #running: Promise<void> | null = null;
  #syncDue = false;
  #closed = false;

  constructor(store: LevelStore, durability: Durability) {
    this.#store = store;
    this.#durability = durability;
  }

  /**
   * `plan` puts its part into the batch when its turn comes and the states of its streams are known; what it answers is
   * answered once the batch is written. If it throws, it is left out, and the others are not.
   */
  submit<Result>(
    states: readonly StreamState[],
    bytes: number,
    plan: (batch: Batch) => Result,
  ): Promise<Result> {
    if (this.#closed) throw new EventLogError('EVENT_LOG_CLOSED', 'The event log is closed.');
    return new Promise<Result>((resolve, reject) => {
      let result: Result;
      this.#queue.push({
        states,
        bytes,
        plan: (batch) => void (result = plan(batch)),
        committed: () => resolve(result),
        refused: reject,
      });
      this.#running ??= this.#run();
    });
  }

  /** Writes what was submitted, to the disk itself. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    if (this.#window.stop()) await this.#sync();
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // what one turn of the event loop submits goes together
    while (this.#queue.length > 0 || this.#syncDue) {
      if (this.#queue.length > 0) await this.#commit(this.#take());
      if (!this.#syncDue) continue;
      this.#syncDue = false;
      // What is not synced now is tried again; the store reopens meanwhile, and appends are told what is wrong.
      await this.#sync().catch(() => this.#window.written());
    }
    this.#running = null;
  }

  #take(): Request[] {
    let bytes = 0;
    let count = 0;
    for (const request of this.#queue) {
      bytes += request.bytes;
      if (bytes > BATCH_BYTES && count > 0) break;
      count += 1;
    }
    const taken = this.#queue;
    this.#queue = taken.splice(count);
    return taken;
  }

  async #commit(requests: readonly Request[]): Promise<void> {
    const batch = new Batch();
    const outcomes: ((failure: unknown) => void)[] = [];
    for (const request of requests) {
      try {
        for (const { loading } of request.states) if (loading !== null) await loading;
        request.plan(batch);
        outcomes.push((failure) => (failure === null ? request.committed() : request.refused(failure)));
      } catch (error) {
        // A conflict with what then failed to be written would be none.
        outcomes.push((failure) => request.refused(failure ?? error));
      }
    }
    let failure: unknown = null;
    if (batch.operations.length > 0) {
      try {
        const sync = this.#durability === 'disk';
        await this.#store.write(batch.operations, () => batch.undo(), { sync });
        if (!sync) this.#window.written();
        batch.committed();
      } catch (error) {
        failure = error;
      }
    }
    for (const outcome of outcomes) outcome(failure);
  }

  async #sync(): Promise<void> {
    await this.#store.write(syncOperations, () => [], { sync: true });
  }
}
