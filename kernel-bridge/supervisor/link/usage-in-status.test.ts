import { expect, test } from 'vitest';
import { usageIn } from './usage-in-status.ts';

test('what kernels use is read of a status, also of one that does not say it of all', () => {
  const usage = { memory: 1000, cpuTime: 0.5 };
  const kernels = [
    { kernelId: 'a', usage, name: 'python3' },
    { kernelId: 'b' },
    { kernelId: 'c', usage: null },
  ];
  expect([...usageIn({ pid: 1, kernels })]).toEqual([['a', usage]]);
});

test.each([[null], ['busy'], [{}], [{ kernels: [{ kernelId: 1 }] }]])('%j says nothing', (status) => {
  expect(usageIn(status).size).toBe(0);
});
