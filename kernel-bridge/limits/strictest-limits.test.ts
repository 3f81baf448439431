import { expect, test } from 'vitest';
import { limitsAnything, NO_LIMITS, strictestLimits } from './strictest-limits.ts';

test('[Q1] of several limits the least holds, and none where nobody set one', () => {
  const one = { ...NO_LIMITS, memory: 5, idleTime: 60 };
  const other = { ...NO_LIMITS, memory: 3, cpuTime: 7 };
  expect(strictestLimits(one, NO_LIMITS, other)).toEqual({
    ...NO_LIMITS,
    memory: 3,
    cpuTime: 7,
    idleTime: 60,
  });
  expect(strictestLimits()).toEqual(NO_LIMITS);
  expect([NO_LIMITS, undefined, one].map(limitsAnything)).toEqual([false, false, true]);
});
