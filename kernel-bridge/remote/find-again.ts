import { setTimeout as sleep } from 'node:timers/promises';

/** In milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/**
 * Looks for a process until it can be told whether it is there. A machine that cannot be reached is asked again, less and
 * less often: nothing tells when it is back.
 * @param onFailure hears the first failure, and each other one
 * @throws once the signal is aborted
 */
export async function findAgain<T>(
  find: () => Promise<T>,
  onFailure: (error: Error) => void,
  signal: AbortSignal,
): Promise<T> {
  let said = '';
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    signal.throwIfAborted();
    try {
      return await find();
    } catch (error) {
      signal.throwIfAborted();
      const { message } = error as Error;
      if (message !== said) onFailure(error as Error);
      said = message;
    }
    await sleep(pause, undefined, { signal });
  }
}
