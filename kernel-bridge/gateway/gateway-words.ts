import { KernelError } from '../kernel.ts';

/** What was said while a way was broken. @param why the way it broke */
export function whyLost(host: string, why: string): string {
  return (
    `The way to ${host} was broken (${why}), and that server keeps only some of what its kernels say meanwhile. ` +
    'What was sent just before may not have reached it.'
  );
}

/** @param setting the one that says how fast a kernel may print */
export function whyLimited(host: string, setting: string): string {
  return (
    `${host} throws away what a kernel prints faster than its limit, from then on and for as long as this runs. ` +
    `Whoever runs it can raise \`ServerApp.${setting}\`.`
  );
}

/** The kernel's own socket drops what its server does not read in time. */
export function whyDropped(host: string): string {
  return `${host} did not read all that the kernel said, which drops what is not read in time.`;
}

/** What a place refuses, for those who know errors of kernels alone. */
export function asKernelError(
  code: 'KERNEL_LAUNCH_FAILED' | 'KERNEL_SUPERVISOR_LOST',
  cause: unknown,
): KernelError {
  if (cause instanceof KernelError) return cause;
  const { message, remedy } = cause as Error & { remedy?: string };
  return new KernelError(code, remedy === undefined ? message : `${message} ${remedy}`, { cause });
}

export function deadKernel(): KernelError {
  return new KernelError('KERNEL_DEAD', 'the kernel is dead');
}
