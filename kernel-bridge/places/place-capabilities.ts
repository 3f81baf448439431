/** What a place can do with its kernels. What it cannot is shown to people, and a loss there is a recorded gap. */
export interface PlaceCapabilities {
  /** What a kernel says while the way to it is broken is kept there, and comes afterwards. */
  readonly resume: boolean;
  /** Limits of memory and time are watched (`KernelLimits`). */
  readonly limits: boolean;
  readonly restart: boolean;
  /** A kernel that says more than can be kept stands still (I5). */
  readonly pause: boolean;
}
