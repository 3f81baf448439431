import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  collect,
  durableEventLogContract,
  numberedEvent,
  numberOf,
  range,
} from '../test/contract/event-log-contract.ts';
import { eventKey, eventKeyPrefix, formatKey, indexKey, syncKey } from './event-key.ts';
import { encodeRecord } from './event-record.ts';
import type { NewEvent } from './event.ts';
import { LevelEventLog } from './level-event-log.ts';

type Operations = readonly { readonly type: string; readonly key: Buffer }[];
type Batch = (this: unknown, operations: Operations, options: unknown) => Promise<void>;

const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), 'event-log-'));

for (const durability of ['process', 'disk'] as const)
  durableEventLogContract(`on LevelDB, durability ${durability}`, async () => {
    const directory = await temporary();
    const opened: LevelEventLog[] = [];
    const reopen = async (): Promise<LevelEventLog> => {
      const log = await LevelEventLog.open(directory, durability);
      opened.push(log);
      return log;
    };
    return {
      log: await reopen(),
      reopen,
      dispose: async () => {
        for (const log of opened) await log.close();
        await rm(directory, { recursive: true });
      },
    };
  });

describe('LevelEventLog', () => {
  let directory: string;
  let log: LevelEventLog;

  beforeEach(async () => {
    directory = await temporary();
    log = await LevelEventLog.open(directory);
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    await log.close();
    await rm(directory, { recursive: true });
  });

  const append = (stream: string, from: number, to = from): Promise<number> =>
    log.append(
      stream,
      range(from, to).map((number) => numberedEvent(number)),
    );
  const numbers = async (stream: string, after = 0): Promise<number[]> =>
    (await collect(log.read(stream, { after }))).map(numberOf);

  /** Does something to the store behind the log's back. */
  async function meddle(work: (database: Level<Buffer, Buffer>) => Promise<unknown>): Promise<void> {
    await log.close();
    const database = new Level<Buffer, Buffer>(directory, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
    await work(database);
    await database.close();
    log = await LevelEventLog.open(directory);
  }

  /** Fails the next batch that `which` picks as LevelDB would; `written` if it reached the disk all the same. */
  function failBatch(
    message: string,
    which: (operations: Operations) => boolean = () => true,
    written = false,
  ): void {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the database that it was called on
    const original = Level.prototype.batch as unknown as Batch;
    const batch = vi.spyOn(Level.prototype, 'batch').mockImplementation(async function (
      this: unknown,
      operations: Operations,
      options: unknown,
    ) {
      if (!which(operations)) return original.call(this, operations, options);
      batch.mockRestore();
      if (written) await original.call(this, operations, options);
      throw Object.assign(new Error(`IO error: 000003.log: ${message}`), { code: 'LEVEL_IO_ERROR' });
    } as unknown as Level['batch']);
  }

  /** From now on, what is written to the store. */
  function batches(): () => { size: number; sync: boolean }[] {
    const batch = vi.spyOn(Level.prototype, 'batch');
    return () =>
      (batch.mock.calls as unknown as [Operations, { sync: boolean }][]).map(([operations, { sync }]) => ({
        size: operations.length,
        sync,
      }));
  }

  const diskFull = { name: 'EventLogError', code: 'EVENT_LOG_DISK_FULL' };

  describe('group commit', () => {
    it('[A9] writes one batch at a time, and what gathered meanwhile as the next', async () => {
      await append('a', 1);
      const written = batches();
      const first = append('a', 2);
      await Promise.resolve();
      await Promise.resolve();
      expect(written()).toHaveLength(1);
      const meanwhile = range(3, 200).map((number) => append(number % 2 ? 'a' : 'b', number));
      await Promise.all([first, ...meanwhile]);
      expect(written()).toHaveLength(2);
    });

    it('[A9] writes at most a mebibyte at once, or one append', async () => {
      await append('a', 1);
      const written = batches();
      const large = (kibibytes: number): Promise<number> =>
        log.append('a', [numberedEvent(1, [Buffer.alloc(kibibytes * 1024)])]);
      await Promise.all([large(400), large(400), large(400), large(3000), large(1)]);
      expect(written().map(({ size }) => size)).toEqual([2, 1, 1, 1]);
    });

    it('[A1] [R4] keeps counting in more streams than it keeps in memory', async () => {
      const streams = range(1, 2500).map((number) => `kernel/${number}`);
      for (const expected of [1, 2]) {
        const answers = await Promise.all(streams.map((stream) => append(stream, expected)));
        expect(new Set(answers)).toEqual(new Set([expected]));
      }
      for (const stream of streams.slice(0, 50)) expect(await log.lastSequence(stream)).toBe(2);
    });
  });

  describe('durability', () => {
    it('[D2] syncs a second after the first unsynced write, and has no timer when idle', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const batch = vi.spyOn(Level.prototype, 'batch');
      const syncs = (): unknown[] =>
        batch.mock.calls.filter((call: unknown[]) => (call[1] as { sync: boolean }).sync);
      await append('a', 1);
      await append('a', 2);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(999);
      expect(syncs()).toHaveLength(0);
      vi.advanceTimersByTime(1);
      await append('a', 3);
      expect(syncs()).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(1);
      await log.close();
      expect(syncs()).toHaveLength(2);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('[D5] syncs each batch before it resolves with durability disk, together what gathers, and needs no timer', async () => {
      await log.close();
      log = await LevelEventLog.open(directory, 'disk');
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const written = batches();
      await append('a', 1);
      expect(written().map(({ sync }) => sync)).toEqual([true]);
      await Promise.all(range(2, 100).map((number) => append('a', number)));
      expect(written().every(({ sync }) => sync)).toBe(true);
      expect(written().length).toBeLessThan(10);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('[D2] tries a sync that failed again, and loses nothing over it', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      await append('a', 1);
      failBatch('Input/output error', ([operation]) => operation?.key.equals(syncKey) ?? false);
      vi.advanceTimersByTime(1000);
      await append('a', 2);
      await vi.waitUntil(() => vi.getTimerCount() === 1);
      const written = batches();
      vi.advanceTimersByTime(1000);
      await append('a', 3);
      await log.close();
      expect(written().filter(({ sync }) => sync).length).toBeGreaterThan(0);
      log = await LevelEventLog.open(directory);
      expect(await numbers('a')).toEqual([1, 2, 3]);
    });

    it('[D3] refuses what cannot be written, keeps its sequences for what comes next, and goes on', async () => {
      await append('a', 1, 3);
      failBatch('No space left on device');
      const refused = await Promise.allSettled([
        append('a', 4),
        append('new', 1),
        append('a', 5, 6),
        log.append('a', [numberedEvent(7)], { expectedSequence: 3 }),
        log.trim('a', 2),
      ]);
      for (const outcome of refused) expect(outcome).toMatchObject({ status: 'rejected', reason: diskFull });
      expect(await numbers('a')).toEqual([1, 2, 3]);
      expect(await log.lastSequence('a')).toBe(3);
      expect(await collect(log.streams())).toEqual(['a']);
      expect(await append('a', 40)).toBe(4);
      expect(await append('new', 10)).toBe(1);
      expect(await numbers('a')).toEqual([1, 2, 3, 40]);
    });

    it('[D3] tells another failure from a full disk', async () => {
      failBatch('Input/output error');
      await expect(append('a', 1)).rejects.toMatchObject({ code: 'EVENT_LOG_IO_FAILED' });
      expect(await append('a', 2)).toBe(1);
    });

    it('[D3] lets followers go on over a failure', async () => {
      await append('a', 1);
      const { signal } = new AbortController();
      const following = log.follow('a', { signal })[Symbol.asyncIterator]();
      await following.next();
      const next = following.next();
      failBatch('No space left on device');
      await expect(append('a', 2)).rejects.toMatchObject(diskFull);
      await append('a', 3);
      expect((await next).value).toMatchObject({ sequence: 2, data: { messageId: 'message-3' } });
      await following.return?.();
    });

    it('[D4] takes back a failed batch that reached the disk', async () => {
      await append('a', 1);
      failBatch('No space left on device', () => true, true);
      const refused = await Promise.allSettled([append('a', 2, 4), append('new', 1, 2)]);
      for (const outcome of refused) expect(outcome).toMatchObject({ status: 'rejected', reason: diskFull });
      expect(await numbers('a')).toEqual([1]);
      expect(await append('a', 20)).toBe(2);
      await log.close();
      log = await LevelEventLog.open(directory);
      expect(await numbers('a')).toEqual([1, 20]);
      expect(await log.lastSequence('new')).toBe(0);
      expect(await collect(log.streams())).toEqual(['a']);
    });

    it('[T4] deletes with the next trim what one that broke off has left', async () => {
      // Events, and the stream's end.
      const stored = async (): Promise<number> => {
        let count = 0;
        await meddle(async (database) => {
          count = (await database.keys({ gte: eventKeyPrefix('a'), lt: eventKeyPrefix('b') }).all()).length;
        });
        return count;
      };
      await append('a', 1, 5);
      failBatch('Input/output error', (operations) => operations.some(({ type }) => type === 'del'));
      await expect(log.trim('a', 3)).rejects.toMatchObject({ code: 'EVENT_LOG_IO_FAILED' });
      expect(await numbers('a')).toEqual([4, 5]);
      expect(await stored()).toBe(5 + 1);
      expect(await numbers('a')).toEqual([4, 5]);
      await log.trim('a', 3);
      expect(await stored()).toBe(2 + 1);
    });
  });

  describe('damage', () => {
    const at = (sequence: number): Buffer => eventKey(eventKeyPrefix('a'), sequence);
    const damaged = (sequence: number, code = 'EVENT_LOG_DAMAGED'): object => ({
      name: 'EventLogError',
      code,
      position: { stream: 'a', sequence },
    });

    /** What a reader gets before the error, and the error. */
    async function readUntilError(): Promise<[number[], unknown]> {
      const seen: number[] = [];
      try {
        for await (const event of log.read('a')) seen.push(numberOf(event));
      } catch (error) {
        return [seen, error];
      }
      throw new Error('nothing was wrong');
    }

    it('[X1] names an event that does not match its checksum, and reads on behind it', async () => {
      await append('a', 1, 5);
      await meddle(async (database) => {
        const record: Buffer = await database.get(at(3));
        record.writeUInt8(record.readUInt8(record.length - 1) ^ 1, record.length - 1);
        await database.put(at(3), record);
      });
      const [seen, error] = await readUntilError();
      expect(seen).toEqual([1, 2]);
      expect(error).toMatchObject(damaged(3));
      expect(await numbers('a', 3)).toEqual([4, 5]);
      const { signal } = new AbortController();
      await expect(collect(log.follow('a', { after: 2, signal }))).rejects.toMatchObject(damaged(3));
    });

    it('[X1] names events that are missing, wherever they were', async () => {
      await append('a', 1, 1500);
      await meddle((database) =>
        database.batch([7, 8, 9].map((each) => ({ type: 'del' as const, key: at(each) }))),
      );
      const [seen, error] = await readUntilError();
      expect(seen).toEqual(range(1, 6));
      expect(error).toMatchObject(damaged(9));
      expect(String(error)).toContain('Events 7 to 9 are missing from stream a');
      expect(await numbers('a', 9)).toEqual(range(10, 1500));
      await meddle((database) => database.del(at(1)));
      expect((await readUntilError())[1]).toMatchObject(damaged(1));
    });

    it('[X2] says that a newer version wrote an event', async () => {
      await append('a', 1, 3);
      const newer = encodeRecord({ ...numberedEvent(2), version: 9 } as unknown as NewEvent, 0);
      await meddle((database) => database.put(at(2), newer));
      expect(await readUntilError()).toMatchObject([[1], damaged(2, 'EVENT_LOG_UNKNOWN_EVENT')]);
      expect(await numbers('a', 2)).toEqual([3]);
    });

    it('[X1] says that an index entry cannot be read', async () => {
      await append('a', 1);
      await meddle((database) => database.put(indexKey('a'), Buffer.from('?')));
      await expect(append('a', 2)).rejects.toMatchObject({ code: 'EVENT_LOG_DAMAGED' });
      await expect(log.lastSequence('a')).rejects.toMatchObject({ code: 'EVENT_LOG_DAMAGED' });
      expect(await append('b', 1)).toBe(1);
    });

    it('[X3] completes its index after a repair, so that no stream begins again', async () => {
      for (const stream of ['a', 'b', 'c']) await append(stream, 1, 5);
      await log.trim('a', 2);
      await meddle(async (database) => {
        await database.del(indexKey('a'));
        await database.put(indexKey('b'), Buffer.from('?'));
      });
      await log.close();
      await rm(join(directory, 'CURRENT'));
      log = await LevelEventLog.open(directory);
      expect(await collect(log.streams())).toEqual(['a', 'b', 'c']);
      expect(await numbers('a')).toEqual([3, 4, 5]);
      for (const stream of ['a', 'b', 'c']) expect(await append(stream, 6)).toBe(6);
    });

    it('[X3] repairs a store that has lost its root file, and does not take it for a new one', async () => {
      await append('a', 1, 100);
      await log.close();
      await rm(join(directory, 'CURRENT'));
      log = await LevelEventLog.open(directory);
      expect(log.repaired).toBe(true);
      expect(await numbers('a')).toEqual(range(1, 100));
      await log.close();
      log = await LevelEventLog.open(directory);
      expect(log.repaired).toBe(false);
    });

    it('[X3] repairs a store whose manifest is damaged', async () => {
      await append('a', 1, 100);
      await log.close();
      for (const name of await readdir(directory)) {
        if (name.startsWith('MANIFEST')) await truncate(join(directory, name), 3);
      }
      log = await LevelEventLog.open(directory);
      expect(log.repaired).toBe(true);
      expect(await numbers('a')).toEqual(range(1, 100));
    });

    it('[X3] refuses a newer format and a place where no store can be', async () => {
      await log.close();
      const database = new Level<Buffer, Buffer>(directory, {
        keyEncoding: 'buffer',
        valueEncoding: 'buffer',
      });
      await database.put(formatKey, Buffer.of(2));
      await database.close();
      const unreadable = { name: 'EventLogError', code: 'EVENT_LOG_UNREADABLE' };
      await expect(LevelEventLog.open(directory)).rejects.toMatchObject(unreadable);
      const file = join(directory, 'file');
      await writeFile(file, '');
      await expect(LevelEventLog.open(file)).rejects.toMatchObject(unreadable);
    });
  });

  describe('the directory', () => {
    it('[L1] is one log only', async () => {
      const locked = { name: 'EventLogError', code: 'EVENT_LOG_LOCKED' };
      await expect(LevelEventLog.open(directory)).rejects.toMatchObject(locked);
      expect(await append('a', 1)).toBe(1);
      await log.close();
      log = await LevelEventLog.open(directory);
      expect(await numbers('a')).toEqual([1]);
    });

    it('[L3] is made for its owner only', async () => {
      const made = await LevelEventLog.open(join(directory, 'deep', 'log'));
      await made.close();
      expect((await stat(join(directory, 'deep', 'log'))).mode & 0o777).toBe(0o700);
    });
  });
});
