import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent, StoredEvent } from '../../event-log/event.ts';

export interface EventLogUnderTest {
  readonly log: EventLog;
  dispose(): Promise<void>;
}

/** An implementation whose events outlive it. */
export interface DurableEventLogUnderTest extends EventLogUnderTest {
  /** The same log once more, after it was closed. */
  reopen(): Promise<EventLog>;
}

/** An event that can be told from others by its number. */
export function numberedEvent(number: number, frames: readonly Uint8Array[] = []): NewEvent {
  return {
    type: 'kernel-message',
    version: 2,
    data: {
      position: null,
      channel: 'iopub',
      messageId: `message-${number}`,
      messageType: 'stream',
      parentSession: null,
      parentType: 'execute_request',
    },
    actor: 'kernel:k',
    causedBy: null,
    frames,
  };
}

export function numberOf(event: StoredEvent): number {
  if (event.type !== 'kernel-message') throw new Error(`A ${event.type} is no numbered event`);
  return Number(event.data.messageId.slice('message-'.length));
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function sequences(events: AsyncIterable<StoredEvent>): Promise<number[]> {
  return (await collect(events)).map(({ sequence }) => sequence);
}

/** The rules of event-log/SPEC.md that every implementation must hold. */
export function eventLogContract(name: string, create: () => Promise<EventLogUnderTest>): void {
  describe(`the event log contract, ${name}`, () => {
    let underTest: EventLogUnderTest;
    let log: EventLog;

    beforeEach(async () => {
      underTest = await create();
      log = underTest.log;
    });

    afterEach(() => underTest.dispose());

    async function fill(stream: string, count: number): Promise<void> {
      await log.append(
        stream,
        range(1, count).map((number) => numberedEvent(number)),
      );
    }

    describe('append', () => {
      it('[A1] counts from 1, each stream for itself', async () => {
        expect(await log.append('a', [numberedEvent(1)])).toBe(1);
        expect(await log.append('a', [numberedEvent(2), numberedEvent(3)])).toBe(3);
        expect(await log.append('b', [numberedEvent(1)])).toBe(1);
        expect(await sequences(log.read('a'))).toEqual([1, 2, 3]);
        expect(await log.lastSequence('a')).toBe(3);
        expect(await log.lastSequence('nothing')).toBe(0);
      });

      it('[A2] [A3] keeps the order of concurrent calls and the events of each together', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(
              fc.record({
                stream: fc.constantFrom('a', 'b', 'c'),
                count: fc.integer({ min: 1, max: 4 }),
                pause: fc.boolean(),
              }),
              { maxLength: 60 },
            ),
            fc.uuid(),
            async (calls, run) => {
              const sent = new Map<string, number[]>();
              const answers: Promise<[number, number]>[] = [];
              let number = 0;
              for (const { stream, count, pause } of calls) {
                const numbers = range(number + 1, number + count);
                number += count;
                const inStream = sent.get(stream) ?? [];
                inStream.push(...numbers);
                sent.set(stream, inStream);
                const expected = inStream.length;
                const events = numbers.map((each) => numberedEvent(each));
                answers.push(log.append(`${run}/${stream}`, events).then((answer) => [answer, expected]));
                if (pause) await turn();
              }
              for (const [answer, expected] of await Promise.all(answers)) expect(answer).toBe(expected);
              for (const [stream, numbers] of sent) {
                const events = await collect(log.read(`${run}/${stream}`));
                expect(events.map(numberOf)).toEqual(numbers);
                expect(events.map(({ sequence }) => sequence)).toEqual(range(1, numbers.length));
              }
            },
          ),
          { numRuns: 30 },
        );
      });

      it('[A4] checks the expected sequence in the order of the calls', async () => {
        const results = await Promise.allSettled([
          log.append('a', [numberedEvent(1)], { expectedSequence: 0 }),
          log.append('a', [numberedEvent(2)], { expectedSequence: 0 }),
          log.append('a', [numberedEvent(3), numberedEvent(4)], { expectedSequence: 1 }),
          log.append('a', [numberedEvent(5)], { expectedSequence: 2 }),
          log.append('a', [numberedEvent(6)]),
        ]);
        expect(results.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'fulfilled',
          'rejected',
          'fulfilled',
        ]);
        expect(results[1]).toMatchObject({ reason: { name: 'EventLogError', code: 'EVENT_LOG_CONFLICT' } });
        expect((await collect(log.read('a'))).map(numberOf)).toEqual([1, 3, 4, 6]);
      });

      it('[A4] lets one of many writers with the same expectation win', async () => {
        await fill('a', 3);
        const results = await Promise.allSettled(
          range(1, 10).map((number) => log.append('a', [numberedEvent(number)], { expectedSequence: 3 })),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toEqual([
          { status: 'fulfilled', value: 4 },
        ]);
        expect(await log.lastSequence('a')).toBe(4);
      });

      it('[A10] commits what is for other streams too, each in its place, or none of it', async () => {
        await fill('a', 1);
        const together = [
          { stream: 'b', events: [numberedEvent(11), numberedEvent(12)] },
          { stream: 'c', events: [numberedEvent(21)] },
        ];
        const refused = log.append('a', [numberedEvent(2)], { expectedSequence: 0, together });
        await expect(refused).rejects.toMatchObject({ code: 'EVENT_LOG_CONFLICT' });
        expect(await collect(log.streams())).toEqual(['a']);
        const followed = log.follow('b', { signal: AbortSignal.timeout(10_000) })[Symbol.asyncIterator]();
        const first = followed.next();
        const answers = await Promise.all([
          log.append('b', [numberedEvent(10)]),
          log.append('a', [numberedEvent(2)], { expectedSequence: 1, together }),
          log.append('b', [numberedEvent(13)]),
        ]);
        expect(answers).toEqual([1, 2, 4]);
        expect((await collect(log.read('b'))).map(numberOf)).toEqual([10, 11, 12, 13]);
        expect((await collect(log.read('c'))).map(numberOf)).toEqual([21]);
        expect(numberOf((await first).value as StoredEvent)).toBe(10);
        expect(numberOf((await followed.next()).value as StoredEvent)).toBe(11);
        await followed.return?.();
        // What is for another stream alone is committed too.
        expect(await log.append('a', [], { together: [{ stream: 'c', events: [numberedEvent(22)] }] })).toBe(
          2,
        );
        expect((await collect(log.read('c'))).map(numberOf)).toEqual([21, 22]);
      });

      it('[A10] refuses all of it where one event is no JSON', async () => {
        const bad = { ...numberedEvent(1), causedBy: 1n as unknown as string };
        const together = [{ stream: 'b', events: [numberedEvent(1), bad] }];
        await expect(log.append('a', [numberedEvent(1)], { together })).rejects.toBeInstanceOf(TypeError);
        expect(await collect(log.streams())).toEqual([]);
      });

      it('[A5] takes no events for no change', async () => {
        expect(await log.append('a', [])).toBe(0);
        await fill('a', 2);
        expect(await log.append('a', [])).toBe(2);
        await expect(log.append('a', [], { expectedSequence: 1 })).rejects.toMatchObject({
          code: 'EVENT_LOG_CONFLICT',
        });
        expect(await collect(log.streams())).toEqual(['a']);
      });

      it('[A6] has taken the buffers when the call returns, and refuses alone what is no JSON', async () => {
        const frame = Buffer.from('before');
        const appended = log.append('a', [numberedEvent(1, [frame])]);
        frame.write('after!');
        const cyclic: { self?: unknown } = {};
        cyclic.self = cyclic;
        const refused = log.append('a', [{ ...numberedEvent(2), data: cyclic } as unknown as NewEvent]);
        const last = log.append('a', [numberedEvent(3)]);
        await expect(refused).rejects.toThrow(TypeError);
        expect([await appended, await last]).toEqual([1, 2]);
        const [event] = await collect(log.read('a'));
        expect(Buffer.from(event?.frames[0] ?? []).toString()).toBe('before');
      });

      it('[A7] gives back what was appended', async () => {
        const before = Date.now();
        const event: NewEvent = {
          type: 'execution-requested',
          version: 1,
          data: { messageId: 'm-ü😀\0', session: '', cellId: null, path: 'Ordner/Heft 1.ipynb' },
          actor: 'Ada',
          causedBy: 'm-0',
          frames: [Buffer.from('{"a":1}'), Buffer.alloc(0), Buffer.from(range(0, 255))],
        };
        await log.append('kernel/1', [event]);
        const [stored] = await collect(log.read('kernel/1'));
        if (stored === undefined) throw new Error('nothing was stored');
        const { time, frames, ...rest } = stored;
        const { frames: sent, ...expected } = event;
        expect(rest).toEqual({ ...expected, stream: 'kernel/1', sequence: 1 });
        expect(time).toBeGreaterThanOrEqual(before);
        expect(time).toBeLessThanOrEqual(Date.now());
        expect(frames.map((frame) => [...frame])).toEqual(sent.map((frame) => [...frame]));
      });

      it('[A8] takes any well-formed name, and keeps streams apart', async () => {
        const names = [
          '',
          '\0',
          'a',
          'a\0',
          'a\0b',
          'ab',
          'a/b',
          'a/b/',
          'é',
          'e\u0301',
          '😀',
          '\uffff',
          '\u{10ffff}',
        ];
        await Promise.all(names.map((stream, index) => log.append(stream, [numberedEvent(index)])));
        for (const [index, stream] of names.entries()) {
          expect((await collect(log.read(stream))).map(numberOf)).toEqual([index]);
        }
        await expect(log.append('a\ud800', [numberedEvent(1)])).rejects.toThrow(TypeError);
        await expect(collect(log.read('a\ud800'))).rejects.toThrow(TypeError);
      });
    });

    describe('read', () => {
      it('[R1] gives what is committed at the time of the call', async () => {
        await fill('a', 3);
        const events = log.read('a');
        await log.append('a', [numberedEvent(4)]);
        expect(await sequences(events)).toEqual([1, 2, 3]);
        expect(await sequences(log.read('nothing'))).toEqual([]);
      });

      it('[R2] starts after a sequence and ends at a limit', async () => {
        await fill('a', 10);
        expect(await sequences(log.read('a', { after: 7 }))).toEqual([8, 9, 10]);
        expect(await sequences(log.read('a', { limit: 2 }))).toEqual([1, 2]);
        expect(await sequences(log.read('a', { after: 3, limit: 3 }))).toEqual([4, 5, 6]);
        expect(await sequences(log.read('a', { after: 10 }))).toEqual([]);
        expect(await sequences(log.read('a', { after: 99 }))).toEqual([]);
        expect(await sequences(log.read('a', { limit: 0 }))).toEqual([]);
      });

      it('[R3] reads more than a page, and can be left', async () => {
        await fill('a', 3000);
        expect(await sequences(log.read('a'))).toEqual(range(1, 3000));
        for await (const event of log.read('a')) if (event.sequence === 700) break;
        expect(await sequences(log.read('a', { after: 1500, limit: 1200 }))).toEqual(range(1501, 2700));
      });

      it('[R5] lists the streams that start with a prefix and hold an event, in order', async () => {
        const names = [
          'kernel/b',
          'kernel/a',
          'kernel',
          'kernel/é',
          'kernel/\uffff',
          'kernel/😀',
          'kernel0',
          'files',
          'kernel/',
        ];
        for (const stream of names) await log.append(stream, [numberedEvent(1)]);
        await log.lastSequence('kernel/only-asked-for');
        expect(await collect(log.streams('kernel/'))).toEqual([
          'kernel/',
          'kernel/a',
          'kernel/b',
          'kernel/é',
          'kernel/\uffff',
          'kernel/😀',
        ]);
        expect(await collect(log.streams())).toHaveLength(names.length);
        expect(await collect(log.streams('x'))).toEqual([]);
      });

      it('[R5] lists more streams than fit into a page', async () => {
        const names = range(1, 1500).map((number) => `s/${String(number).padStart(5, '0')}`);
        await Promise.all(names.map((stream) => log.append(stream, [numberedEvent(1)])));
        expect(await collect(log.streams('s/'))).toEqual(names);
      });
    });

    describe('follow', () => {
      it('[F1] gives what is stored, then what is committed', async () => {
        await fill('a', 2);
        const { signal } = new AbortController();
        const following = log.follow('a', { after: 1, signal })[Symbol.asyncIterator]();
        expect((await following.next()).value).toMatchObject({ sequence: 2 });
        const third = following.next();
        await log.append('b', [numberedEvent(1)]);
        await log.append('a', [numberedEvent(3), numberedEvent(4)]);
        expect((await third).value).toMatchObject({ sequence: 3, stream: 'a' });
        expect((await following.next()).value).toMatchObject({ sequence: 4 });
        await following.return?.();
      });

      it('[F1] [F2] gives every event once and in order, however calls and commits interleave', async () => {
        const pauses = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 10 });
        await fc.assert(
          fc.asyncProperty(
            fc.array(
              fc.record({ count: fc.integer({ min: 1, max: 5 }), pause: fc.integer({ min: 0, max: 2 }) }),
              {
                minLength: 1,
                maxLength: 30,
              },
            ),
            fc.array(
              fc.record({
                after: fc.integer({ min: 0, max: 8 }),
                start: fc.integer({ min: 0, max: 10 }),
                pauses,
              }),
              {
                minLength: 1,
                maxLength: 4,
              },
            ),
            fc.uuid(),
            async (writes, followers, stream) => {
              const total = writes.reduce((sum, { count }) => sum + count, 0) + 10;
              const rest = (number: number): NewEvent[] =>
                range(number, total).map((each) => numberedEvent(each));
              const write = async (): Promise<void> => {
                let number = 1;
                for (const { count, pause } of writes) {
                  void log.append(stream, rest(number).slice(0, count));
                  number += count;
                  for (let turns = 0; turns < pause; turns++) await turn();
                }
                await log.append(stream, rest(number));
              };
              const follow = async ({ after, start, pauses }: (typeof followers)[number]): Promise<void> => {
                for (let turns = 0; turns < start; turns++) await turn();
                const seen: number[] = [];
                const controller = new AbortController();
                for await (const event of log.follow(stream, { after, signal: controller.signal })) {
                  expect(numberOf(event)).toBe(event.sequence);
                  seen.push(event.sequence);
                  if (event.sequence === total) controller.abort();
                  const turns = pauses[seen.length % pauses.length] ?? 0;
                  for (let done = 0; done < turns; done++) await turn();
                }
                expect(seen).toEqual(range(after + 1, total));
              };
              await Promise.all([write(), ...followers.map(follow)]);
            },
          ),
          { numRuns: 40 },
        );
      });

      it('[F2] lets a follower be slow over more than a page', async () => {
        const controller = new AbortController();
        const seen: number[] = [];
        const following = (async () => {
          for await (const { sequence } of log.follow('a', { signal: controller.signal })) {
            seen.push(sequence);
            if (sequence % 500 === 0) await turn();
            if (sequence === 5000) return;
          }
        })();
        for (let batch = 0; batch < 50; batch++) await fill('a', 100);
        await following;
        expect(seen).toEqual(range(1, 5000));
      });

      it('[F3] ends with its signal, waiting or not', async () => {
        await fill('a', 3);
        const aborted = new AbortController();
        aborted.abort();
        expect(await sequences(log.follow('a', { signal: aborted.signal }))).toEqual([]);

        const midway = new AbortController();
        const seen: number[] = [];
        for await (const { sequence } of log.follow('a', { signal: midway.signal })) {
          seen.push(sequence);
          if (sequence === 2) midway.abort();
        }
        expect(seen).toEqual([1, 2]);

        const waiting = new AbortController();
        const rest = sequences(log.follow('a', { after: 3, signal: waiting.signal }));
        await turn();
        waiting.abort();
        expect(await rest).toEqual([]);
      });

      it('[F4] waits for what lies beyond the end', async () => {
        await fill('a', 2);
        const controller = new AbortController();
        const seen: number[] = [];
        const following = (async () => {
          for await (const { sequence } of log.follow('a', { after: 5, signal: controller.signal })) {
            seen.push(sequence);
            if (sequence === 8) return;
          }
        })();
        await fill('a', 1);
        await turn();
        await fill('a', 5);
        await following;
        expect(seen).toEqual([6, 7, 8]);
      });
    });

    describe('trim', () => {
      it('[T1] removes what it should and no more', async () => {
        await fill('a', 2500);
        await fill('a\0', 3);
        await fill('b', 3);
        await log.trim('a', 2400);
        expect(await sequences(log.read('a'))).toEqual(range(2401, 2500));
        expect(await sequences(log.read('a', { after: 3, limit: 2 }))).toEqual([2401, 2402]);
        expect(await sequences(log.read('b'))).toEqual([1, 2, 3]);
        expect(await sequences(log.read('a\0'))).toEqual([1, 2, 3]);
        const controller = new AbortController();
        for await (const { sequence } of log.follow('a', { signal: controller.signal })) {
          expect(sequence).toBe(2401);
          break;
        }
      });

      it('[T1] does not disturb who reads or follows meanwhile', async () => {
        await fill('a', 2000);
        const controller = new AbortController();
        const following = log.follow('a', { signal: controller.signal })[Symbol.asyncIterator]();
        const reading = log.read('a')[Symbol.asyncIterator]();
        await Promise.all([following.next(), reading.next()]);
        await log.trim('a', 1990);
        let last = 0;
        while (last < 2000) {
          const { value } = (await following.next()) as IteratorYieldResult<StoredEvent>;
          const { sequence } = value;
          expect(sequence).toBeGreaterThan(last);
          last = sequence;
        }
        while (!(await reading.next()).done);
        await following.return?.();
      });

      it('[T2] lets sequences go on', async () => {
        await fill('a', 5);
        await log.trim('a', 5);
        expect(await collect(log.streams())).toEqual([]);
        expect(await log.lastSequence('a')).toBe(5);
        expect(await sequences(log.read('a'))).toEqual([]);
        expect(await log.append('a', [numberedEvent(6)], { expectedSequence: 5 })).toBe(6);
        expect(await sequences(log.read('a'))).toEqual([6]);
        expect(await collect(log.streams())).toEqual(['a']);
      });

      it('[T3] takes any number, any number of times, in the order of the calls', async () => {
        await log.trim('nothing', 10);
        expect(await log.lastSequence('nothing')).toBe(0);
        expect(await collect(log.streams())).toEqual([]);
        const calls = [fill('a', 3), log.trim('a', 100), fill('a', 3), log.trim('a', 4), log.trim('a', 2)];
        await Promise.all(calls);
        expect(await sequences(log.read('a'))).toEqual([5, 6]);
        await log.trim('a', 0);
        expect(await sequences(log.read('a'))).toEqual([5, 6]);
      });
    });

    describe('storedBytes', () => {
      it('[T5] says roughly what events take, and what is left behind a trim', async () => {
        const frames = Array.from({ length: 64 }, () => randomBytes(512 * 1024));
        for (const frame of frames) await log.append('a', [{ ...numberedEvent(0), frames: [frame] }]);
        const most = 32 * 1024 * 1024;
        // LevelDB does not count what it still holds in memory.
        const isAbout = (bytes: number): boolean => bytes > 0.3 * most && bytes < 1.05 * most;
        expect(isAbout(await log.storedBytes('a'))).toBe(true);
        expect(await log.storedBytes('a', 16)).toBeLessThan(0.35 * most);
        expect(await log.storedBytes('a', 16)).toBeGreaterThan(0.15 * most);
        await log.trim('a', 32);
        expect(await log.storedBytes('a', 32)).toBe(0);
        expect(await log.storedBytes('a')).toBeLessThan(0.55 * most);
        expect(await log.storedBytes('nothing')).toBe(0);
      });
    });

    describe('close', () => {
      it('[L2] commits what was appended, ends followers, and is idempotent', async () => {
        await fill('a', 2);
        const { signal } = new AbortController();
        const following = sequences(log.follow('a', { signal }));
        await turn();
        const appended = log.append('a', [numberedEvent(3)]);
        await Promise.all([log.close(), log.close()]);
        await log.close();
        expect(await appended).toBe(3);
        expect((await following).slice(0, 2)).toEqual([1, 2]);
      });

      it('[L2] lets nothing be done afterwards', async () => {
        await fill('a', 1);
        const begun = log.read('a');
        await log.close();
        const { signal } = new AbortController();
        const closed = { name: 'EventLogError', code: 'EVENT_LOG_CLOSED' };
        await expect(log.append('a', [numberedEvent(1)])).rejects.toMatchObject(closed);
        await expect(log.lastSequence('a')).rejects.toMatchObject(closed);
        await expect(log.trim('a', 1)).rejects.toMatchObject(closed);
        await expect(collect(begun)).rejects.toMatchObject(closed);
        await expect(collect(log.read('a'))).rejects.toMatchObject(closed);
        await expect(collect(log.follow('a', { signal }))).rejects.toMatchObject(closed);
        await expect(collect(log.streams())).rejects.toMatchObject(closed);
      });
    });
  });
}

/** What those that outlive their process must hold beside it. */
export function durableEventLogContract(name: string, create: () => Promise<DurableEventLogUnderTest>): void {
  eventLogContract(name, create);

  it(`[D1] [T2] finds everything again, ${name}`, async () => {
    const underTest = await create();
    const { log } = underTest;
    try {
      const fill = (stream: string, count: number): Promise<number> =>
        log.append(
          stream,
          range(1, count).map((number) => numberedEvent(number)),
        );
      await Promise.all([fill('a', 1200), fill('b', 3), fill('c', 2)]);
      await log.trim('b', 3);
      await log.trim('a', 100);
      await log.close();
      const again = await underTest.reopen();
      expect(await sequences(again.read('a'))).toEqual(range(101, 1200));
      expect(await collect(again.streams())).toEqual(['a', 'c']);
      expect(await again.lastSequence('b')).toBe(3);
      expect(await again.append('b', [numberedEvent(4)])).toBe(4);
      expect(await again.append('a', [numberedEvent(5)], { expectedSequence: 1200 })).toBe(1201);
      expect(await collect(again.streams())).toEqual(['a', 'b', 'c']);
    } finally {
      await underTest.dispose();
    }
  });
}
