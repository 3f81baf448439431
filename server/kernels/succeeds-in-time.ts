import { setTimeout as delay } from 'node:timers/promises';

/** For one that may be out of reach, in milliseconds. */
const PATIENCE = 15_000;
/** A server that stops has no more. */
const LAST_PATIENCE = 6000;

/** Whether something succeeds, and soon enough. */
export function succeedsInTime(work: Promise<void>, reason: string): Promise<boolean> {
  const succeeded = work.then(
    () => true,
    () => false,
  );
  const patience = reason === 'server-stopped' ? LAST_PATIENCE : PATIENCE;
  return Promise.race([succeeded, delay(patience, false, { ref: false })]);
}
