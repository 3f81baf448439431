import { KernelError } from '../kernel.ts';

/** What whoever asks something of a kernel that is over is told. */
export function dead(): KernelError {
  return new KernelError('KERNEL_DEAD', 'the kernel is dead');
}
