import type { DetachableKernel, KernelListener, LaunchRequest } from '../kernel.ts';

/** A kernel that an earlier holder left, as its launcher recorded it: that alone reads what else is in it. */
export interface LeftKernel {
  readonly request: LaunchRequest;
  /** It is heard only some time after it was taken over, and then its launcher tells `reattached`. */
  readonly isHeardLater?: boolean;
}

/** Starts kernels that outlive it, and takes over those that it finds. */
export interface AdoptingLauncher {
  /** @throws KernelError KERNEL_LAUNCH_FAILED; PlaceError */
  launch(request: LaunchRequest, listener: KernelListener): Promise<DetachableKernel>;
  records(): Promise<readonly LeftKernel[]>;
  /**
   * Resolves soon, also where the kernel cannot be reached at the moment.
   * @param left as `records` gave it
   * @param silentFrom since when nobody has listened
   * @throws KernelError KERNEL_LAUNCH_FAILED, with the kernel as it was
   */
  adopt(left: LeftKernel, listener: KernelListener, silentFrom: Date): Promise<DetachableKernel>;
  /** Lets go of all, which live on. */
  detach(): Promise<void>;
  /** Ends all. */
  close(): Promise<void>;
}
