import { describe, expect, test } from 'vitest';
import { outOfMemory } from './out-of-memory.ts';

const kills = (risen: boolean | null) => ({ haveRisen: () => Promise.resolve(risen) });

describe('outOfMemory', () => {
  test.each([
    [10, true, 'counted'],
    [99, false, null],
    [99, null, 'nearly-all-used'],
    [50, null, null],
    [null, null, null],
  ])('[D5] a kill with %j of 100 bytes, counted: %j, is %j', async (highWater, risen, cause) => {
    expect(await outOfMemory(highWater, kills(risen), 100)).toBe(cause);
  });
});
