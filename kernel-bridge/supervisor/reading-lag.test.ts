import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import type { KernelMessage } from '../protocol/message.ts';
import { ReadingLag } from './reading-lag.ts';

let did: string[];
let lag: ReadingLag;
beforeEach(() => {
  vi.useFakeTimers();
  did = [];
  lag = new ReadingLag({ pause: () => did.push('pause'), resume: () => did.push('resume') });
});
afterEach(() => vi.useRealTimers());

function hear(count: number, age: number, text = ''): void {
  const message = spokenMessage({ content: { text } });
  const header = Buffer.from(
    JSON.stringify({ ...message.header, date: new Date(Date.now() - age).toISOString() }),
  );
  const dated: KernelMessage = { ...message, frames: [header, ...message.frames.slice(1)] };
  for (let index = 0; index < count; index++) lag.heard(dated);
}

describe('ReadingLag', () => {
  test('[P2] a kernel whose messages are read late stands still until all are read', () => {
    hear(1000, 100);
    expect(did).toEqual([]);
    hear(64, 500);
    expect(did).toEqual(['pause']);
    for (let time = 0; time < 10; time++) {
      vi.advanceTimersByTime(3);
      hear(64, 600);
    }
    expect(did).toEqual(['pause']);
    vi.advanceTimersByTime(4);
    expect(did).toEqual(['pause', 'resume']);
  });

  test('[P2] large messages count by their size', () => {
    hear(1, 0);
    hear(1, 500, 'x'.repeat(2_000_000));
    expect(did).toEqual(['pause']);
  });

  test('[P2] a kernel whose clock is behind ours stands still only when it is read late', () => {
    hear(1000, 5_000);
    expect(did).toEqual([]);
    hear(64, 5_500);
    expect(did).toEqual(['pause']);
  });

  test('[P2] one whose first message was read late is known by the first that is not', () => {
    hear(64, 5_000);
    hear(1, 10);
    hear(64, 500);
    expect(did).toEqual(['pause']);
  });

  test('[P2] dates that cannot be right, and none, stop nobody', () => {
    hear(200, 3_600_000);
    hear(200, -3_600_000);
    for (let index = 0; index < 200; index++) lag.heard(spokenMessage());
    expect(did).toEqual([]);
  });
});
