import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '../../event-log/event.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { Retention } from './retention.ts';

const DAY = 24 * 60 * 60 * 1000;
const KIB = 1024;
let log: MemoryEventLog;
let needed: Map<string, number>;
/** What was told to the keeper, in order. */
let told: [string, string, number?][];
/** Before when else was removed. */
let removed: number[];
const logged: string[] = [];
const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.setSystemTime(1_000 * DAY);
  log = new MemoryEventLog();
  needed = new Map();
  told = [];
  removed = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function retention(options: { mostBytes?: number; mostAge?: number } = {}): Retention {
  return new Retention({
    log,
    logger,
    mostBytes: options.mostBytes ?? 1e9,
    mostAge: options.mostAge ?? 30 * DAY,
    removeOld: (before) => Promise.resolve(void removed.push(before)),
    keeper: {
      neededFrom: (kernelId) => Promise.resolve(needed.get(kernelId) ?? Infinity),
      beforeTrim: async (kernelId, through) => {
        told.push(['keep', kernelId, through]);
        // All of it is still there.
        expect(await sequences(kernelId)).toContain(through);
      },
      emptied: (kernelId) => {
        told.push(['emptied', kernelId]);
        return Promise.resolve();
      },
    },
  });
}

/** Each takes a kibibyte and a little. */
async function say(kernelId: string, count: number): Promise<void> {
  const data = { kernelId };
  const event: NewEvent = {
    type: 'kernel-interrupted',
    version: 1,
    data,
    actor: 'a',
    causedBy: null,
    frames: [Buffer.alloc(KIB)],
  };
  for (let each = 0; each < count; each++) await log.append(`kernel/${kernelId}`, [event]);
}

async function sequences(kernelId: string): Promise<number[]> {
  const all: number[] = [];
  for await (const { sequence } of log.read(`kernel/${kernelId}`)) all.push(sequence);
  return all;
}

const passDays = (days: number): unknown => vi.setSystemTime(Date.now() + days * DAY);

/** What is in memory needs turns, and no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('retention', () => {
  it('removes what is too old, and nothing else', async () => {
    await say('a', 10);
    await log.append('sessions', [
      {
        type: 'session-deleted',
        version: 1,
        data: { sessionId: 's' },
        actor: 'a',
        causedBy: null,
        frames: [],
      },
    ]);
    passDays(31);
    await say('a', 5);
    await say('b', 3);
    await retention().run();
    expect(await sequences('a')).toEqual(range(11, 15));
    expect(await sequences('b')).toEqual(range(1, 3));
    expect(await log.storedBytes('sessions')).toBeGreaterThan(0);
    expect(told).toEqual([['keep', 'a', 10]]);
  });

  it('I1: removes nothing that is needed, however old it is and however much there is', async () => {
    await say('a', 10);
    needed.set('a', 4);
    passDays(100);
    await retention({ mostBytes: 0 }).run();
    expect(await sequences('a')).toEqual(range(4, 10));
    needed.set('a', 1);
    await retention({ mostBytes: 0 }).run();
    expect(await sequences('a')).toEqual(range(4, 10));
  });

  it('says of a stream that nothing is left', async () => {
    await say('a', 2);
    passDays(31);
    await retention().run();
    expect(told).toEqual([
      ['keep', 'a', 2],
      ['emptied', 'a'],
    ]);
    expect(await sequences('a')).toEqual([]);
  });

  it('removes the oldest where all takes too much, and no more than that', async () => {
    await say('old', 100);
    passDays(1);
    await say('new', 100);
    await retention({ mostBytes: 150 * KIB }).run();
    expect((await sequences('new')).length).toBe(100);
    const bytes = (await log.storedBytes('kernel/old')) + (await log.storedBytes('kernel/new'));
    expect(bytes).toBeLessThanOrEqual(150 * KIB);
    expect(bytes).toBeGreaterThan(145 * KIB);
    await retention({ mostBytes: 50 * KIB }).run();
    expect(await sequences('old')).toEqual([]);
    expect((await sequences('new')).at(-1)).toBe(100);
  });

  it('looks when a twentieth of what may be kept has come, and after a day', async () => {
    await say('a', 100);
    const kept = retention({ mostBytes: 50 * KIB });
    kept.grew(1);
    await settle();
    const afterFirst = (await sequences('a')).length;
    expect(afterFirst).toBeLessThan(50);
    await say('a', 20);
    kept.grew(2 * KIB);
    await settle();
    expect((await sequences('a')).length).toBe(afterFirst + 20);
    kept.grew(KIB);
    await settle();
    expect((await sequences('a')).length).toBeLessThan(50);
    await say('a', 20);
    kept.grew(1);
    await settle();
    expect((await sequences('a')).length).toBeGreaterThan(50);
    passDays(2);
    kept.grew(1);
    await settle();
    expect((await sequences('a')).length).toBeLessThan(50);
  });

  it('goes on after a failure, which is logged', async () => {
    await say('a', 2);
    passDays(31);
    const kept = retention();
    const trim = vi.spyOn(log, 'trim').mockRejectedValueOnce(new Error('no disk'));
    await kept.run();
    expect(logged.join('')).toContain('could not be removed');
    trim.mockRestore();
    await kept.run();
    expect(await sequences('a')).toEqual([]);
  });
});

it('removes with them whatever else is as old', async () => {
  await retention({ mostAge: 3 * DAY }).run();
  expect(removed).toEqual([997 * DAY]);
});
