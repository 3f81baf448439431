/** What the ladder needs of a process. */
interface EndingProcess {
  signal(signal: NodeJS.Signals): void;
  goneWithin(milliseconds: number): Promise<boolean>;
}

/** Jupyter's `shutdown_wait_time`, 5 s in all: half for the request, half for SIGTERM (contract §8). */
const STEP = 2_500;
const AFTER_KILL = 5_000;

/**
 * Ends a kernel's process: asked, then terminated, then killed; each step to the whole group.
 * @param ask interrupts the kernel and sends shutdown_request; null kills at once
 * @returns whether the process is gone
 */
export async function endKernel(process: EndingProcess, ask: (() => void) | null): Promise<boolean> {
  if (ask !== null) {
    ask();
    if (await process.goneWithin(STEP)) return true;
    process.signal('SIGTERM');
    if (await process.goneWithin(STEP)) return true;
  }
  process.signal('SIGKILL');
  return process.goneWithin(AFTER_KILL);
}
