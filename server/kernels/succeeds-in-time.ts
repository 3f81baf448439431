import { setTimeout as delay } from 'node:timers/promises';

/** For one that may be out of reach, in milliseconds. */
const PATIENCE = 6000;

/** Whether something succeeds, and soon enough. */
export function succeedsInTime(work: Promise<void>): Promise<boolean> {
  const succeeded = work.then(
    () => true,
    () => false,
  );
  return Promise.race([succeeded, delay(PATIENCE, false, { ref: false })]);
}
