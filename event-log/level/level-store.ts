import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyRange } from '../event-key.ts';
import { EventLogError } from '../event-log.ts';
import { openDatabase } from './open-database.ts';
import type { Database } from './open-database.ts';
import { diskFull, storeError } from './store-error.ts';

export type WriteOperation =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

// What one page of a reader may hold in memory, beside one event of any size.
const PAGE_BYTES = 512 * 1024;
const PAGE_EVENTS = 512;
// For what LevelDB writes when it opens, beside the table it makes of its write-ahead log.
const ROOM_TO_REOPEN = 1024 * 1024;

/**
 * A LevelDB whose failed writes stay without consequence. After one, its write-ahead log may end in a torn record, and
 * recovery would throw away whatever was written behind that; after a failed fsync LevelDB refuses all writes. So the
 * next write reopens it first, which reads the log up to the tear and begins a new one.
 */
export class LevelStore {
  readonly repaired: boolean;
  readonly #directory: string;
  readonly #database: Database;
  /** Takes back what failed batches may have left in the log; by key. */
  readonly #undo = new Map<string, WriteOperation>();
  #suspect = false;
  #reopening: Promise<void> | null = null;
  #closed = false;

  private constructor(directory: string, database: Database, repaired: boolean) {
    this.#directory = directory;
    this.#database = database;
    this.repaired = repaired;
  }

  /** @throws EventLogError as `openDatabase` */
  static async open(directory: string): Promise<LevelStore> {
    const { database, repaired } = await openDatabase(directory);
    return new LevelStore(directory, database, repaired);
  }

  /**
   * Writes all or nothing; the operating system holds it then, with `sync` the disk. One call at a time: a second one
   * might be written behind the torn record of the first.
   * @param undo what would take the operations back
   * @throws EventLogError EVENT_LOG_DISK_FULL, EVENT_LOG_IO_FAILED, EVENT_LOG_CLOSED
   */
  async write(
    operations: readonly WriteOperation[],
    undo: () => Iterable<WriteOperation>,
    options: { readonly sync: boolean },
  ): Promise<void> {
    if (this.#suspect) await this.#reopen();
    try {
      const all = this.#undo.size === 0 ? operations : [...this.#undo.values(), ...operations];
      await this.#database.batch(all as WriteOperation[], options); // which it copies
      this.#undo.clear();
    } catch (error) {
      this.#suspect = true;
      for (const operation of undo()) {
        const key = operation.key.toString('latin1');
        if (!this.#undo.has(key)) this.#undo.set(key, operation);
      }
      throw this.#failed(error);
    }
  }

  async get(key: Buffer): Promise<Buffer | undefined> {
    await this.#whenOpen();
    try {
      return await this.#database.get(key);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** The first entries of a range, as many as memory should hold: none only if it is empty. */
  page(range: KeyRange): Promise<readonly [Buffer, Buffer][]> {
    return this.#entries({ ...range, highWaterMarkBytes: PAGE_BYTES }, PAGE_EVENTS);
  }

  /** The lowest or highest key of a range. */
  async key(range: KeyRange, end: 'first' | 'last'): Promise<Buffer | undefined> {
    const [entry] = await this.#entries({ ...range, values: false, reverse: end === 'last' }, 1);
    return entry?.[0];
  }

  /** Roughly what a range takes on disk, without what is in the write-ahead log only. */
  async size({ gte, lt }: KeyRange): Promise<number> {
    await this.#whenOpen();
    try {
      return await this.#database.approximateSize(gte, lt);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Gives the disk back what was deleted from a range. */
  async compact({ gte, lt }: KeyRange): Promise<void> {
    await this.#whenOpen();
    try {
      await this.#database.compactRange(gte, lt);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Lets go of the directory. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#reopening?.catch(() => undefined); // whoever asked for it was told
    await this.#database.close();
  }

  async #entries(
    options: KeyRange & { values?: boolean; reverse?: boolean; highWaterMarkBytes?: number },
    size: number,
  ): Promise<[Buffer, Buffer][]> {
    await this.#whenOpen();
    try {
      const iterator = this.#database.iterator<Buffer, Buffer>(options);
      try {
        return await iterator.nextv(size);
      } finally {
        await iterator.close();
      }
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #whenOpen(): Promise<void> {
    if (this.#reopening !== null || (this.#database.status !== 'open' && !this.#closed)) await this.#reopen();
  }

  #reopen(): Promise<void> {
    this.#reopening ??= this.#closeAndOpen().finally(() => (this.#reopening = null));
    return this.#reopening;
  }

  async #closeAndOpen(): Promise<void> {
    try {
      if (this.#closed) throw new EventLogError('EVENT_LOG_CLOSED', 'The event log is closed.');
      // As long as there is no room for it, what is there stays readable.
      await this.#assertRoom();
      await this.#database.close();
      await this.#database.open();
      this.#suspect = false;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #assertRoom(): Promise<void> {
    const { bavail, bsize, blocks } = await statfs(this.#directory);
    const logs = (await readdir(this.#directory)).filter((name) => name.endsWith('.log'));
    const sizes = await Promise.all(logs.map(async (name) => (await stat(join(this.#directory, name))).size));
    const needed = sizes.reduce((sum, size) => sum + size, ROOM_TO_REOPEN);
    // Some network file systems answer zeros.
    if (blocks > 0 && bavail * bsize < needed) throw diskFull(this.#directory);
  }

  #failed(error: unknown): EventLogError {
    if (this.#closed)
      return new EventLogError('EVENT_LOG_CLOSED', 'The event log is closed.', { cause: error });
    return storeError(error, this.#directory);
  }
}
