import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FoldSchedule } from './fold-schedule.ts';

describe('when a notebook is written', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const setUp = (tookMs = 0) => {
    const folded: string[] = [];
    const schedule = new FoldSchedule((path) => {
      folded.push(path);
      vi.setSystemTime(Date.now() + tookMs);
      return Promise.resolve();
    });
    return { folded, schedule };
  };

  test('is a second after the last change', async () => {
    const { folded, schedule } = setUp();
    schedule.changed('n.ipynb');
    await vi.advanceTimersByTimeAsync(900);
    schedule.changed('n.ipynb');
    await vi.advanceTimersByTimeAsync(900);
    expect(folded).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(folded).toEqual(['n.ipynb']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(folded).toHaveLength(1);
  });

  test('is every five seconds while changes go on', async () => {
    const { folded, schedule } = setUp();
    for (let step = 0; step < 110; step += 1) {
      schedule.changed('n.ipynb');
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(folded).toHaveLength(2);
  });

  test('is at once when the server ends, and never after', async () => {
    const { folded, schedule } = setUp();
    schedule.changed('n.ipynb');
    await schedule.close();
    expect(folded).toEqual(['n.ipynb']);
    schedule.changed('n.ipynb');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(folded).toHaveLength(1);
  });
});
