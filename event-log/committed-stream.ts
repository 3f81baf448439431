import type { RecordedEvent } from './recorded-event.ts';

/** What is committed of one stream, and who waits for more. */
export class CommittedStream {
  #first = 1;
  #last = 0;
  #ended = false;
  readonly #waiting = new Set<(records: readonly RecordedEvent[] | null) => void>();

  /** The lowest sequence that is not trimmed away; one more than `last` if all are. */
  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#last;
  }

  /** The log is closed: nothing will follow. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes over what the store knows. */
  restore(first: number, last: number): void {
    this.#first = first;
    this.#last = last;
  }

  /** `records` are asked for only if somebody waits; whoever does gets the same ones. */
  commit(last: number, records: () => readonly RecordedEvent[]): void {
    this.#last = last;
    if (this.#waiting.size === 0) return;
    const shared = records();
    for (const settle of [...this.#waiting]) settle(shared);
  }

  trim(first: number): void {
    this.#first = first;
  }

  /** The next records to be committed; null once the signal is aborted or the log closed. */
  next(signal: AbortSignal): Promise<readonly RecordedEvent[] | null> {
    if (this.#ended || signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const settle = (records: readonly RecordedEvent[] | null): void => {
        this.#waiting.delete(settle);
        signal.removeEventListener('abort', abort);
        resolve(records);
      };
      const abort = (): void => settle(null);
      this.#waiting.add(settle);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  end(): void {
    this.#ended = true;
    for (const settle of [...this.#waiting]) settle(null);
  }
}
