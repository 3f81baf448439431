import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';

/** Kernels that were started before anybody asked for them. */
export interface SpareKernels {
  /**
   * @returns the id of one that can serve a launch, which then has to be launched under it; null where none can
   */
  reserve(launch: Omit<LaunchRequest, 'sessionPath'>): string | null;
}
