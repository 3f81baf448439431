import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SaveSchedule } from './save-schedule.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('[S1] a document is saved a second after the last change', async () => {
  const save = vi.fn(() => Promise.resolve(true));
  const schedule = new SaveSchedule(save);
  schedule.changed();
  await vi.advanceTimersByTimeAsync(900);
  schedule.changed();
  await vi.advanceTimersByTimeAsync(900);
  expect(save).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(save).toHaveBeenCalledTimes(1);
});

test('[S1] typing that never pauses is saved all the same', async () => {
  const save = vi.fn(() => Promise.resolve(true));
  const schedule = new SaveSchedule(save);
  for (let time = 0; time < 30_000; time += 100) {
    schedule.changed();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(save.mock.calls.length).toBeGreaterThanOrEqual(9);
});

test('[S4] what could not be saved is tried again, less and less often, whether or not anybody types', async () => {
  let isFull = true;
  const save = vi.fn(() => Promise.resolve(!isFull));
  const schedule = new SaveSchedule(save);
  schedule.changed();
  await vi.advanceTimersByTimeAsync(60_000);
  const tries = save.mock.calls.length;
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(10);
  isFull = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(save).toHaveBeenCalledTimes(tries + 1);
  schedule.close();
});
