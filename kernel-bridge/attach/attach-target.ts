import { KernelError, type KernelTarget } from '../kernel.ts';

export const ATTACH_KIND = 'attach';

/** A kernel that runs already, by its connection file. */
export interface AttachTarget extends KernelTarget {
  readonly kind: typeof ATTACH_KIND;
  readonly restarts: false;
  /** Absolute. */
  readonly connectionFile: string;
}

/** @param connectionFile absolute */
export function attachTarget(connectionFile: string): AttachTarget {
  return { kind: ATTACH_KIND, restarts: false, connectionFile };
}

/** @throws KernelError KERNEL_LAUNCH_FAILED */
export function readAttachTarget(target: KernelTarget | undefined): AttachTarget {
  const file = target?.['connectionFile'];
  if (target?.kind !== ATTACH_KIND || typeof file !== 'string')
    throw new KernelError('KERNEL_LAUNCH_FAILED', 'it is not said by which connection file to attach');
  return attachTarget(file);
}
