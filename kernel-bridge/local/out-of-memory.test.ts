import { describe, expect, test } from 'vitest';
import { outOfMemory } from './out-of-memory.ts';

const kills = (risen: boolean | null) => ({ haveRisen: () => Promise.resolve(risen) });

describe('outOfMemory', () => {
  test.each([
    ['SIGKILL', 10, true, 'counted'],
    ['SIGKILL', 99, false, null],
    ['SIGKILL', 99, null, 'nearly-all-used'],
    ['SIGKILL', 50, null, null],
    ['SIGKILL', null, null, null],
    ['SIGSEGV', 99, true, null],
    [null, 99, true, null],
  ])('[D5] %s with %j of 100 bytes, counted: %j, is %j', async (signal, highWater, risen, cause) => {
    expect(await outOfMemory(signal, highWater, kills(risen), 100)).toBe(cause);
  });
});
