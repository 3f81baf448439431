import { expect, test } from 'vitest';
import { type KernelUsage, usageOfAll } from './kernel-usage.ts';

test('what kernels use is put together, whatever one of them cannot tell', async () => {
  const holder = (id: string, memory: number) => ({
    usage: () => Promise.resolve<ReadonlyMap<string, KernelUsage>>(new Map([[id, { memory, cpuTime: 1 }]])),
  });
  const broken = { usage: () => Promise.reject(new Error('its machine is away')) };
  const all = await usageOfAll([holder('a', 1), broken, holder('b', 2)]);
  expect([...all].map(([id, { memory }]) => [id, memory])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
});
