import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SyncWindow } from './sync-window.ts';

describe('SyncWindow', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('[D2] is due once, a second after the first of many writes', () => {
    const due = vi.fn();
    const window = new SyncWindow(due);
    expect(vi.getTimerCount()).toBe(0);
    window.written();
    vi.advanceTimersByTime(600);
    window.written();
    expect(due).not.toHaveBeenCalled();
    vi.advanceTimersByTime(400);
    expect(due).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
    window.written();
    vi.advanceTimersByTime(1000);
    expect(due).toHaveBeenCalledTimes(2);
  });

  it('[D2] says whether something waited when it is stopped', () => {
    const due = vi.fn();
    const window = new SyncWindow(due);
    expect(window.stop()).toBe(false);
    window.written();
    expect(window.stop()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(window.stop()).toBe(false);
  });
});
