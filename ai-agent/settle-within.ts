import type { Clock } from './clock.ts';

export type Settled<Value> =
  | { readonly type: 'value'; readonly value: Value }
  | { readonly type: 'error'; readonly error: unknown }
  | { readonly type: 'late' }
  | { readonly type: 'aborted' };

/** What became of a work within so many milliseconds, unless the signal is aborted before. The work itself goes on regardless. */
export async function settleWithin<Value>(
  work: Promise<Value>,
  milliseconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Settled<Value>> {
  const timer = new AbortController();
  const over = clock.wait(milliseconds, AbortSignal.any([signal, timer.signal])).then(
    (): Settled<Value> => ({ type: 'late' }),
    (): Settled<Value> => ({ type: 'aborted' }),
  );
  const done = work.then(
    (value): Settled<Value> => ({ type: 'value', value }),
    (error: unknown): Settled<Value> => ({ type: 'error', error }),
  );
  try {
    return await Promise.race([done, over]);
  } finally {
    timer.abort();
  }
}
