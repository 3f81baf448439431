import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KeepAlive } from './keep-alive.ts';

const SECOND = 1000;
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function start() {
  const state = { buffered: 0, pings: 0, givenUp: 0 };
  const alive = new KeepAlive({
    bufferedBytes: () => state.buffered,
    ping: () => void state.pings++,
    giveUp: () => void state.givenUp++,
  });
  return { state, alive };
}

describe('keep-alive', () => {
  test('pings every 30 seconds for as long as it is answered', () => {
    const { state, alive } = start();
    for (let minute = 0; minute < 60; minute++) {
      vi.advanceTimersByTime(60 * SECOND);
      alive.heard();
    }
    expect(state).toMatchObject({ pings: 120, givenUp: 0 });
    alive.close();
  });

  test('gives up who has not answered for 90 seconds, and not before', () => {
    const { state, alive } = start();
    vi.advanceTimersByTime(90 * SECOND);
    expect(state.givenUp).toBe(0);
    vi.advanceTimersByTime(30 * SECOND);
    expect(state.givenUp).toBe(1);
    alive.close();
  });

  test('is patient with a client that is slow but takes what it is sent', () => {
    const { state, alive } = start();
    state.buffered = 100;
    for (let minute = 0; minute < 10; minute++) {
      vi.advanceTimersByTime(30 * SECOND);
      state.buffered -= 5;
    }
    expect(state.givenUp).toBe(0);
    vi.advanceTimersByTime(150 * SECOND);
    expect(state.givenUp).toBeGreaterThan(0);
    alive.close();
  });

  test('does not blame a client for the time that the clock was set forward', () => {
    const { state, alive } = start();
    vi.setSystemTime(Date.now() + 3_600 * SECOND);
    vi.advanceTimersByTime(30 * SECOND);
    expect(state).toMatchObject({ pings: 1, givenUp: 0 });
    alive.close();
  });

  test('does nothing after it is closed', () => {
    const { state, alive } = start();
    alive.close();
    vi.advanceTimersByTime(600 * SECOND);
    expect(state).toEqual({ buffered: 0, pings: 0, givenUp: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
