import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnsentChanges } from './unsent-changes.ts';

describe('UnsentChanges', () => {
  it('counts what waits and what is on its way', () => {
    const unsent = new UnsentChanges(2);
    unsent.add();
    expect([unsent.count, unsent.isSettled]).toEqual([3, false]);
    unsent.sent();
    unsent.add();
    unsent.sent();
    expect(unsent.count).toBe(4);
    unsent.confirmed(1);
    expect(unsent.count).toBe(1);
    unsent.confirmed(2);
    expect([unsent.count, unsent.isSettled]).toEqual([0, true]);
  });

  it('is not settled while a frame without changes of its own is on its way', () => {
    const unsent = new UnsentChanges(0);
    unsent.sent();
    expect([unsent.count, unsent.isSettled]).toEqual([0, false]);
    unsent.confirmed(1);
    expect(unsent.isSettled).toBe(true);
  });

  it('forgets no change, whenever the connection breaks off', () => {
    const step = fc.oneof(
      fc.constant('add' as const),
      fc.constant('send' as const),
      fc.constant('confirm' as const),
      fc.constant('break' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const unsent = new UnsentChanges(0);
        /** What the frames of this connection carry, and how many of them are confirmed. */
        let frames: number[] = [];
        let confirmed = 0;
        let waiting = 0;
        for (const each of steps) {
          if (each === 'add') {
            unsent.add();
            waiting += 1;
          } else if (each === 'send') {
            unsent.sent();
            frames.push(waiting);
            waiting = 0;
          } else if (each === 'confirm' && confirmed < frames.length) {
            confirmed += 1;
            unsent.confirmed(confirmed);
          } else if (each === 'break') {
            unsent.disconnected();
            waiting += frames.slice(confirmed).reduce((sum, changes) => sum + changes, 0);
            frames = [];
            confirmed = 0;
          }
        }
        const open = frames.slice(confirmed);
        expect(unsent.count).toBe(open.reduce((sum, changes) => sum + changes, waiting));
        expect(unsent.isSettled).toBe(waiting === 0 && open.length === 0);
      }),
    );
  });
});
