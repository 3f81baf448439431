/** Kernels of one kernelspec that were started before anybody asked for them. */
export interface WarmKernelsModel {
  readonly kernelspec: string;
  readonly displayName: string;
  /** How many are to wait, and how many do. */
  readonly wanted: number;
  readonly waiting: number;
  /** Why the last one is not there; null where it is. */
  readonly problem: string | null;
}
