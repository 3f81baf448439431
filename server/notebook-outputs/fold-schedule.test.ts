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
    const schedule = new FoldSchedule(async (path) => {
      folded.push(path);
      if (tookMs > 0) await new Promise((resolve) => setTimeout(resolve, tookMs));
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

  test('is less often for one whose writing takes long, also while it is written', async () => {
    const { folded, schedule } = setUp(500);
    for (let step = 0; step < 160; step += 1) {
      schedule.changed('n.ipynb');
      await vi.advanceTimersByTimeAsync(100);
    }
    // Begun after 5 s; done after 5.5 s, and for 10 s no more.
    expect(folded).toHaveLength(2);
  });

  test('is a minute after it could not be written', async () => {
    const folded: string[] = [];
    const schedule: FoldSchedule = new FoldSchedule((path) => {
      if (folded.push(path) === 1) schedule.again(path);
      return Promise.resolve();
    });
    schedule.changed('n.ipynb');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(folded).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
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
