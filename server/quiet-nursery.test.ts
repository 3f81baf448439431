import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { giveBackWhileQuiet, V8Nursery } from './quiet-nursery.ts';

const MEGABYTE = 1024 * 1024;

describe('giveBackWhileQuiet', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ['a large nursery of a quiet server is collected', 0.02, 128, true],
    ['not of one that has something to do', 0.5, 128, false],
    ['nor a small one', 0.02, 1, false],
  ])('%s', (_what, busy, megabytes, isCollected) => {
    const collect = vi.fn();
    const stop = giveBackWhileQuiet({ busy: () => busy, size: () => megabytes * MEGABYTE, collect });
    vi.advanceTimersByTime(5000);
    stop();
    expect(collect).toHaveBeenCalledTimes(isCollected ? 1 : 0);
  });

  test('nothing is looked at after its end', () => {
    const busy = vi.fn(() => 0);
    giveBackWhileQuiet({ busy, size: () => 0, collect: () => undefined })();
    vi.advanceTimersByTime(60_000);
    expect(busy).not.toHaveBeenCalled();
  });
});

describe('V8Nursery', () => {
  test('looks at this process, and collects in it without leaving a gc() behind', () => {
    const nursery = new V8Nursery();
    expect(nursery.busy()).toBeGreaterThanOrEqual(0);
    expect(nursery.busy()).toBeLessThanOrEqual(1);
    expect(nursery.size()).toBeGreaterThan(0);
    const had = 'gc' in globalThis;
    nursery.collect();
    expect('gc' in globalThis).toBe(had);
  });
});
