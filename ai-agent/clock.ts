import { setTimeout as timeout } from 'node:timers/promises';

/** The time that a turn waits: given from outside, so that a test need not wait. */
export interface Clock {
  /** Resolves after so many milliseconds; rejects once the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  async wait(milliseconds, signal) {
    await timeout(milliseconds, undefined, { signal });
  },
};
