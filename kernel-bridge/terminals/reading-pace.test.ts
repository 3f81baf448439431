import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ReadingPace } from './reading-pace.ts';

const SOME = 64 * 1024;

let isPaused: boolean;
let pace: ReadingPace;
beforeEach(() => {
  vi.useFakeTimers();
  isPaused = false;
  pace = new ReadingPace({ pause: () => (isPaused = true), resume: () => (isPaused = false) });
});
afterEach(() => {
  pace.close();
  vi.useRealTimers();
});

test('Y4, I5: a source that never ends is read in bursts', () => {
  let read = 0;
  for (let elapsed = 0; elapsed < 1_000; elapsed++) {
    while (!isPaused) {
      pace.read(SOME);
      read += SOME;
    }
    vi.advanceTimersByTime(1);
  }
  expect(read).toBe(100 * 2 * SOME);
});

test('one that prints now and then is never paused', () => {
  for (let i = 0; i < 100; i++) {
    pace.read(SOME);
    expect(isPaused).toBe(false);
    vi.advanceTimersByTime(10);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test('who wants it paused is obeyed after the burst, who wants it to go on waits for its end', () => {
  pace.read(2 * SOME);
  pace.pause();
  vi.advanceTimersByTime(10);
  expect(isPaused).toBe(true);
  pace.resume();
  expect(isPaused).toBe(false);
  pace.read(2 * SOME);
  expect(isPaused).toBe(true);
  pace.resume();
  expect(isPaused).toBe(true);
  vi.advanceTimersByTime(10);
  expect(isPaused).toBe(false);
});

test('nothing is asked of a source that has ended', () => {
  pace.read(2 * SOME);
  pace.close();
  vi.advanceTimersByTime(10);
  expect(isPaused).toBe(true);
});
