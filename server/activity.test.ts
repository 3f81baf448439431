import { expect, test } from 'vitest';
import { Activity } from './activity.ts';

test('is the latest of the start, what was recorded, and what its sources know', () => {
  let now = 1_000;
  const activity = new Activity(() => now);
  expect([activity.started.getTime(), activity.last().getTime()]).toEqual([1_000, 1_000]);
  now = 2_000;
  activity.record();
  expect(activity.last().getTime()).toBe(2_000);
  let kernels = 0;
  activity.addSource(() => kernels);
  expect(activity.last().getTime()).toBe(2_000);
  kernels = 3_000;
  expect(activity.last().getTime()).toBe(3_000);
  expect(activity.started.getTime()).toBe(1_000);
});
