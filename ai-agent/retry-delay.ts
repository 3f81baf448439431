import type { ChatError } from './chat-error.ts';
import type { TurnLimits } from './turn-limits.ts';

const firstDelay = 1_000;

/**
 * In milliseconds: how long to wait before a step that failed is asked again; null where that is of no use. It doubles with each
 * failure, spread by half so that many turns that failed together do not come back together, and is never less than the provider asks.
 * @param failures - How often the step failed before this time.
 */
export function retryDelay(
  error: ChatError,
  failures: number,
  random: () => number,
  { retries, longestDelay }: Pick<TurnLimits, 'retries' | 'longestDelay'>,
): number | null {
  if (!error.isRetryable || failures >= retries) return null;
  if ((error.retryAfter ?? 0) > longestDelay) return null;
  const backOff = Math.min(firstDelay * 2 ** failures, longestDelay) * (0.5 + random() / 2);
  return Math.round(Math.max(backOff, error.retryAfter ?? 0));
}
