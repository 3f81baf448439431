import { setTimeout as delay } from 'node:timers/promises';
import type { AgentRuns } from './agent-runs.ts';

/** In milliseconds: a cell that prints all the time is not looked at for each line. */
const PACE = 100;

/**
 * Looks again whenever runs are others, until they are as wanted or the time is over.
 * @param milliseconds how long at most
 * @returns what was seen last
 * @throws what the signal was aborted with; what `look` throws
 */
export async function waitForRuns<Seen>(
  runs: Pick<AgentRuns, 'onChanged'>,
  look: () => Promise<Seen>,
  isSo: (seen: Seen) => boolean,
  { milliseconds, signal }: { readonly milliseconds: number; readonly signal: AbortSignal },
): Promise<Seen> {
  const late = AbortSignal.timeout(milliseconds);
  const either = AbortSignal.any([signal, late]);
  for (;;) {
    const change = nextChange(runs, either);
    const seen = await look();
    if (isSo(seen) || late.aborted) {
      change.stop();
      return seen;
    }
    signal.throwIfAborted();
    await change.happened;
    // A wait that was cut short looks once more.
    await delay(PACE, undefined, { signal: either }).catch(() => undefined);
  }
}

function nextChange(
  runs: Pick<AgentRuns, 'onChanged'>,
  signal: AbortSignal,
): { readonly happened: Promise<void>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = runs.onChanged(resolve);
  const aborted = (): void => resolve();
  const stop = (): void => {
    end();
    signal.removeEventListener('abort', aborted);
  };
  if (signal.aborted) resolve();
  else signal.addEventListener('abort', aborted, { once: true });
  return { happened: promise.finally(stop), stop };
}
