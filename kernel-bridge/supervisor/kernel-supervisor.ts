import type {
  Kernel,
  KernelAssignment,
  KernelError,
  KernelLifecycleEvent,
  LaunchRequest,
} from '../kernel.ts';
import type { KernelUsage } from '../places/kernel-usage.ts';
import type { LaunchAsker } from '../places/launch-asker.ts';
import type { KernelMessage } from '../protocol/message.ts';

/**
 * Hears a supervised kernel. `position` counts all that one kernel said and became, from 1 without gaps, over restarts
 * of its process, of the supervisor and of the server. Calls come in its order and must not throw. After a break of the
 * link what was not acknowledged comes again: a listener passes over positions that it knows.
 */
export interface SupervisedKernelListener {
  message(message: KernelMessage, position: number): void;
  /**
   * @param position null for what a place says of the kernel beside the supervisor that holds it (its job waits in a
   * queue, and no supervisor is there yet; it cannot be reached): that is nobody's to keep, and comes never again
   */
  lifecycle(event: KernelLifecycleEvent, position: number | null): void;
  /** `send` took it, but the kernel did not (KERNEL_OVERLOADED, KERNEL_DEAD): it is not sent, and never will be. */
  refused(message: KernelMessage, error: KernelError): void;
}

/** A kernel that lives on when this process ends. */
export interface SupervisedKernel extends Kernel {
  /** As it was launched, for a server that did not launch it. */
  readonly request: LaunchRequest;
  /** A spare one is somebody's from now on, whoever holds it later; missing where nobody has spare ones. */
  assign?(assignment: KernelAssignment): void;
  /**
   * Of a kernel that somebody's page runs: who that is, while they may run kernels. What they ask of it there, while no server
   * can be reached, comes as a message on shell like what it says. Null, or missing: nobody asks it but through us.
   */
  readonly askerThere?: string | null;
  /**
   * Everything up to this position is recorded and need not be kept. Until then no more than a window of unacknowledged
   * bytes is sent; the rest waits on the supervisor's disk.
   */
  acknowledge(position: number): void;
  /**
   * As every kernel's, but resolves no sooner than all that it said until its end was heard. One that was found over
   * says by it that there is nothing more to hear.
   */
  shutdown(options?: { readonly now?: boolean }): Promise<void>;
  /**
   * The ids of the last messages that were handed to the kernel, oldest first, so that a server which had recorded a
   * request and then ended knows whether it was sent. Null where nobody can tell any more (the supervisor ended too).
   */
  handedOver(): Promise<readonly string[] | null>;
}

/** The process that holds this state directory's kernels, as the server sees it. */
export interface KernelSupervisor {
  /**
   * Resolves when the process is launched, before the kernel answers.
   * @param asker who wants it, for places that are somebody's own
   * @throws KernelError KERNEL_LAUNCH_FAILED, KERNEL_SUPERVISOR_LOST
   */
  launch(
    request: LaunchRequest,
    listener: SupervisedKernelListener,
    asker?: LaunchAsker,
  ): Promise<SupervisedKernel>;
  /** The kernels that it held when we came, and nobody has adopted yet. */
  readonly found: readonly FoundKernel[];
  /**
   * Takes over a kernel that was found: the listener hears all behind `after`.
   * @param after the last position that is recorded; 0 for none
   */
  adopt(kernelId: string, after: number, listener: SupervisedKernelListener): SupervisedKernel;
  /** What its kernels use, by id, of those that it knows it of. @throws KernelError KERNEL_SUPERVISOR_LOST */
  usage?(): Promise<ReadonlyMap<string, KernelUsage>>;
  /** Lets go of all kernels, which live on. Idempotent. */
  close(): Promise<void>;
  /** Ends all kernels, and then the supervisor. Idempotent. */
  end(): Promise<void>;
}

export interface FoundKernel {
  readonly request: LaunchRequest;
  readonly pid: number | null;
  /** It ended while nobody listened; what it said, and was not acknowledged, still waits to be adopted. */
  readonly isOver: boolean;
  /** It cannot be reached for the time being: what it is asked is answered when it can. */
  readonly isAway?: boolean;
}
