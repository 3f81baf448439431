import { setTimeout as delay } from 'node:timers/promises';
import { KernelError } from '../../kernel-bridge/kernel.ts';

/** In milliseconds: what has not failed by then counts as started, for a machine far away may take its time. */
const PATIENCE = 20_000;

/**
 * Whether a kernel of another machine starts: it answers, or waits in a queue. Those of this machine are there as soon as
 * they are launched; elsewhere that may be long before anything runs.
 */
export class FirstSign {
  readonly #waits = Promise.withResolvers<void>();

  /** Its place says why it has to wait. */
  waits(): void {
    this.#waits.resolve();
  }

  /** @throws KernelError KERNEL_LAUNCH_FAILED where it ends before; `reason` is asked then */
  async given(ready: Promise<unknown>, reason: () => string | null): Promise<void> {
    const failed = ready.then(
      () => null,
      (error: unknown) => error,
    );
    const error = await Promise.race([
      failed,
      this.#waits.promise.then(() => null),
      delay(PATIENCE, null, { ref: false }),
    ]);
    if (error === null) return;
    const text = reason() ?? (error instanceof Error ? error.message : 'It ended before it answered.');
    throw new KernelError('KERNEL_LAUNCH_FAILED', text, { cause: error });
  }
}
