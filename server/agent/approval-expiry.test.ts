import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApprovalExpiry } from './approval-expiry.ts';

const DAY = 86_400_000;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('what waits is told once its time is over, counted from when it was asked', () => {
  const expired: (readonly string[])[] = [];
  const expiry = new ApprovalExpiry(DAY, (callIds) => expired.push(callIds));
  expiry.requested(['a', 'b'], 0);
  vi.advanceTimersByTime(DAY / 2);
  // Asked before a restart of the server.
  expiry.requested(['c'], -DAY);
  vi.advanceTimersByTime(DAY / 2 - 1);
  expect(expired).toEqual([['c']]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual([['c'], ['a', 'b']]);
});

test('a time that is longer than a timer can wait is waited for', () => {
  const expired: (readonly string[])[] = [];
  const expiry = new ApprovalExpiry(60 * DAY, (callIds) => expired.push(callIds));
  expiry.requested(['a'], 0);
  vi.advanceTimersByTime(59 * DAY);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(DAY);
  expect(expired).toEqual([['a']]);
});

test('nothing is told after the end', () => {
  const expired: (readonly string[])[] = [];
  const expiry = new ApprovalExpiry(DAY, (callIds) => expired.push(callIds));
  expiry.requested(['a'], 0);
  expiry.close();
  expiry.close();
  vi.advanceTimersByTime(2 * DAY);
  expect(expired).toEqual([]);
});
