import { expect, test } from 'vitest';
import { describeExit, type ExitSources } from './describe-exit.ts';

const sources = {
  output: { tail: () => Promise.resolve('last words') },
  kills: { haveRisen: () => Promise.resolve(true) },
} as unknown as ExitSources;

test.each([
  [{ exitCode: null, signal: 'SIGKILL' }, 'counted'],
  [{ exitCode: null, signal: 'SIGSEGV' }, null],
  [{ exitCode: 137, signal: null }, null],
  // Of a process that is no child, nobody tells how it ended.
  [{ exitCode: null, signal: null }, 'counted'],
])('[D5] memory may have run out where %j', async (how, outOfMemory) => {
  const told = { ...how, outOfMemory, stderrTail: 'last words', memoryHighWater: 7, limit: null };
  expect(await describeExit(how, { bytes: 7 }, sources)).toEqual(told);
});
