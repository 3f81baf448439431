import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import type { KernelLimits } from '../kernel.ts';
import { FRESH, type LimitState, LimitWatch } from './limit-watch.ts';
import { NO_LIMITS } from './strictest-limits.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const cell = spokenMessage({ channel: 'shell', type: 'execute_request' });
const status = (execution_state: string) =>
  spokenMessage({ type: 'status', content: { execution_state }, parent: cell });

function watch(limits: Partial<KernelLimits>, more: { isKnown?: boolean; state?: LimitState } = {}) {
  const using = { memory: 0, cpuTime: 0, looks: 0 };
  const told: string[] = [];
  const states: LimitState[] = [];
  const watched = new LimitWatch({
    limits: { ...NO_LIMITS, ...limits },
    startedAt: Date.now(),
    state: FRESH,
    isKnown: true,
    usage: () => ({ memory: using.memory, cpuTime: using.cpuTime, looks: ++using.looks }),
    warn: (_text, isBusy) => told.push(isBusy ? 'interrupted' : 'warned'),
    end: (limit) => told.push(limit),
    onState: (state) => states.push(state),
    ...more,
  });
  return { watched, using, told, states };
}
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

describe('LimitWatch', () => {
  test('[Q2] a kernel beyond its soft limit is warned once, until it has freed some, and killed at the hard one', () => {
    const { watched, using, told, states } = watch({ softMemory: 100, memory: 200 });
    watched.heard(status('busy'));
    using.memory = 150;
    pass(10);
    expect(told).toEqual(['interrupted']);
    using.memory = 95;
    pass(2);
    using.memory = 150;
    pass(2);
    expect(told).toEqual(['interrupted']);
    using.memory = 80;
    pass(2);
    using.memory = 150;
    pass(2);
    expect(told).toEqual(['interrupted', 'interrupted']);
    expect(states.map(({ warned }) => warned)).toEqual([true, false, true]);
    using.memory = 201;
    pass(60);
    expect(told).toEqual(['interrupted', 'interrupted', 'memory']);
  });

  test('[Q2] one that has nothing to do is looked at seldom, and warned without an interrupt', () => {
    const { watched, using, told } = watch({ softMemory: 100 });
    pass(60);
    expect(using.looks).toBeLessThanOrEqual(6);
    using.memory = 150;
    pass(15);
    expect(told).toEqual(['warned']);
    watched.heard(status('busy'));
    const before = using.looks;
    pass(5);
    expect(using.looks - before).toBe(5);
    watched.close();
  });

  test('[Q2] one that was warned before it was found is not warned again for the same', () => {
    const { watched, using, told } = watch({ softMemory: 100 }, { state: { ...FRESH, warned: true } });
    using.memory = 150;
    pass(60);
    expect(told).toEqual([]);
    watched.close();
  });

  test('[Q3] processor time ends it', () => {
    const { watched, using, told } = watch({ cpuTime: 30 });
    watched.heard(status('busy'));
    using.cpuTime = 29;
    pass(5);
    expect(told).toEqual([]);
    using.cpuTime = 30;
    pass(1);
    expect(told).toEqual(['cpu-time']);
    expect(watched.cpuTime).toBe(30);
  });

  test('[Q4] wall time ends it, busy or not, and time for which it stood still does not count (I5)', () => {
    const { watched, told, states } = watch({ wallTime: 100 });
    watched.heard(status('busy'));
    pass(50);
    watched.paused();
    pass(1000);
    watched.resumed();
    pass(49);
    expect(told).toEqual([]);
    pass(2);
    expect(told).toEqual(['wall-time']);
    expect(states.at(-1)).toEqual({ ...FRESH, stopped: 1_000_000 });
  });

  test('[Q4] what it stood still before it was found does not count either', () => {
    const { told } = watch(
      { wallTime: 100 },
      { state: { ...FRESH, stopped: 30_000, pausedAt: Date.now() - 20_000 } },
    );
    pass(149);
    expect(told).toEqual([]);
    pass(2);
    expect(told).toEqual(['wall-time']);
  });

  test('[Q4] idle time ends it only when it has had nothing to do for so long (I5)', () => {
    const { watched, told } = watch({ idleTime: 100 });
    pass(90);
    watched.sent();
    pass(90);
    watched.heard(status('busy'));
    pass(10_000);
    watched.heard(status('idle'));
    pass(90);
    watched.paused();
    pass(1000);
    watched.resumed();
    pass(9);
    expect(told).toEqual([]);
    pass(2);
    expect(told).toEqual(['idle-time']);
  });

  test('[Q4] one that was found is busy until it has done what it was sent', () => {
    const { watched, told } = watch({ idleTime: 100 }, { isKnown: false });
    pass(10_000);
    watched.settle();
    pass(99);
    expect(told).toEqual([]);
    pass(2);
    expect(told).toEqual(['idle-time']);
  });
});
