import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UsageOfAll } from './usage-of-all.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one that does not answer holds up no other, and is not asked again and again', async () => {
  const all = new UsageOfAll(pino({ level: 'silent' }));
  const used = { memory: 1, cpuTime: 2 };
  const hangs = { usage: vi.fn(() => new Promise<never>(() => undefined)) };
  const fails = { usage: () => Promise.reject(new Error('away')) };
  const answers = { usage: () => Promise.resolve(new Map([['k', used]])) };
  for (let round = 0; round < 3; round += 1) {
    const asked = all.ask([hangs, fails, {}, answers]);
    await vi.advanceTimersByTimeAsync(1500);
    expect([...(await asked)]).toEqual([['k', used]]);
  }
  expect(hangs.usage).toHaveBeenCalledTimes(1);
});
