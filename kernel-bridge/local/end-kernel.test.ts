import { describe, expect, test } from 'vitest';
import { endKernel } from './end-kernel.ts';

/** A process that goes at a chosen step, and notes what it was told and how long it was given. */
function processEndingAt(last: 'asked' | 'SIGTERM' | 'SIGKILL' | 'never') {
  const told: (string | number)[] = [];
  return {
    told,
    ask: () => void told.push('asked'),
    signal: (signal: string) => void told.push(signal),
    goneWithin: (milliseconds: number) => {
      const step = told.at(-1);
      told.push(milliseconds);
      return Promise.resolve(step === last);
    },
  };
}

describe('endKernel', () => {
  test.each([
    { last: 'asked', told: ['asked', 2500], gone: true },
    { last: 'SIGTERM', told: ['asked', 2500, 'SIGTERM', 2500], gone: true },
    { last: 'SIGKILL', told: ['asked', 2500, 'SIGTERM', 2500, 'SIGKILL', 5000], gone: true },
    { last: 'never', told: ['asked', 2500, 'SIGTERM', 2500, 'SIGKILL', 5000], gone: false },
  ] as const)('[E3] a process that ends at $last is told no more', async ({ last, told, gone }) => {
    const process = processEndingAt(last);
    expect(await endKernel(process, process.ask)).toBe(gone);
    expect(process.told).toEqual(told);
  });

  test('[E3] kills at once without asking', async () => {
    const process = processEndingAt('SIGKILL');
    expect(await endKernel(process, null)).toBe(true);
    expect(process.told).toEqual(['SIGKILL', 5000]);
  });
});
