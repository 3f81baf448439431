import type { ConnectElsewhere } from './reach-loop.ts';

/** A supervisor elsewhere that connects to us by itself, over a websocket: we can only wait for it. */
export interface DialIn {
  /** What it is told when it is started, so that it can come: where to, and a key that is for it alone (I10). */
  readonly url: string;
  readonly key: string;
  /** Whether it is connected now. */
  readonly isThere: boolean;
  /**
   * Waits until it has dialled in, and is welcomed: `FarSupervisorOptions.connect`.
   * @throws KernelError KERNEL_SUPERVISOR_LOST once it is closed
   */
  readonly connect: ConnectElsewhere;
  /** Takes the key back and ends the connection. Idempotent. */
  close(): void;
}

/** Where those dial in that we start ourselves: in a job, in a pod. */
export interface DialInDesk {
  /**
   * Expects the supervisor of that id; again after the server was started anew, with the same key.
   * @param id of letters, digits and dashes: the kernel's, or the job's
   */
  expect(id: string): DialIn;
}
