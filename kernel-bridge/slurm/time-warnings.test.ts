import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeWarnings } from './time-warnings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function followed(seconds: number): { warned: string[]; warnings: TimeWarnings } {
  const warned: string[] = [];
  const warnings = new TimeWarnings('7', (text) => warned.push(/in (.*?):/.exec(text)?.[1] ?? text));
  warnings.learn(Date.now(), Date.now() + seconds * 1000);
  return { warned, warnings };
}

test.each([
  [7200, ['10 min', '2 min']],
  [60, ['30 s', '12 s']],
  [3_000_000, ['10 min', '2 min']],
])('a job of %s s is warned %j before its end', (seconds, expected) => {
  const { warned } = followed(seconds);
  vi.advanceTimersByTime(seconds * 1000);
  expect(warned).toEqual(expected);
});

test('one that gets more time is warned anew, one that is found late once', () => {
  const { warned, warnings } = followed(3600);
  vi.advanceTimersByTime(3_100_000);
  expect(warned).toEqual(['10 min']);
  warnings.learn(Date.now(), Date.now() + 7_200_000);
  vi.advanceTimersByTime(7_000_000);
  expect(warned).toEqual(['10 min', '10 min']);
  warnings.close();
  const late: string[] = [];
  new TimeWarnings('8', (text) => late.push(text)).learn(Date.now() - 7_100_000, Date.now() + 100_000);
  vi.advanceTimersByTime(100_000);
  expect(late).toHaveLength(1);
});

test('without a limit nobody is warned', () => {
  const warned: string[] = [];
  new TimeWarnings('9', (text) => warned.push(text)).learn(Date.now(), null);
  vi.advanceTimersByTime(1e9);
  expect(warned).toEqual([]);
});
