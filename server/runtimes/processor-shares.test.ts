import { expect, test } from 'vitest';
import { ProcessorShares } from './processor-shares.ts';

const used = (cpuTime: number): ReadonlyMap<string, { memory: number; cpuTime: number }> =>
  new Map([['k', { memory: 1, cpuTime }]]);

test('a kernel that used three seconds in two keeps one and a half processors busy', () => {
  const shares = new ProcessorShares();
  expect(shares.shares(used(10), 0).get('k')).toBe(null);
  expect(shares.shares(used(13), 2000).get('k')).toBe(1.5);
  // Asked again at once, it is as it was.
  expect(shares.shares(used(13.2), 2100).get('k')).toBe(1.5);
  expect(shares.shares(used(13.4), 4000).get('k')).toBeCloseTo(0.2);
});

test('one that was restarted is looked at anew, and one that is gone is forgotten', () => {
  const shares = new ProcessorShares();
  shares.shares(used(10), 0);
  expect(shares.shares(used(0.5), 5000).get('k')).toBe(null);
  expect(shares.shares(new Map(), 6000).size).toBe(0);
  expect(shares.shares(used(1), 7000).get('k')).toBe(null);
});
