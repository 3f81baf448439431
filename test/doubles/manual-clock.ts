import type { Clock } from '../../ai-agent/clock.ts';

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #waits = new Set<{ readonly at: number; readonly resolve: () => void }>();

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('aborted'));
      const wait = { at: this.#now + milliseconds, resolve };
      this.#waits.add(wait);
      signal.addEventListener('abort', () => {
        this.#waits.delete(wait);
        reject(new Error('aborted'));
      });
    });
  }

  /** How long the shortest wait still takes; null where nobody waits. */
  get next(): number | null {
    const times = [...this.#waits].map(({ at }) => at - this.#now);
    return times.length === 0 ? null : Math.min(...times);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const wait of this.#waits) {
      if (wait.at > this.#now) continue;
      this.#waits.delete(wait);
      wait.resolve();
    }
  }
}
