import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RuntimeNews } from './runtime-news.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('I5: a flood of changes is told at once and then once in a second, the last one always', () => {
  const news = new RuntimeNews();
  const told = vi.fn();
  news.watch(told);
  for (let count = 0; count < 1000; count += 1) news.changed();
  expect(told).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(told).toHaveBeenCalledTimes(2);
  news.close();
});

test('what kernels use is told now and then while somebody watches, and nothing afterwards', () => {
  const news = new RuntimeNews();
  const told = vi.fn();
  const end = news.watch(told);
  vi.advanceTimersByTime(10_500);
  expect(told).toHaveBeenCalledTimes(2);
  end();
  news.changed();
  vi.advanceTimersByTime(60_000);
  expect(told).toHaveBeenCalledTimes(2);
  expect(vi.getTimerCount()).toBe(0);
});
