import { KernelError, type KernelLimits } from '../../kernel-bridge/kernel.ts';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { limitsAnything, strictestLimits } from '../../kernel-bridge/limits/strictest-limits.ts';
import { readKernelLimits } from '../kernel-limits.ts';

/**
 * The strictest of what the server, the kernelspec (`metadata.in_the_loop.limits`) and whoever starts a kernel allow it;
 * undefined where nobody limits it.
 * @throws KernelError KERNEL_LAUNCH_FAILED where the kernelspec's cannot be understood: to ignore them would lift them
 */
export function limitsOfLaunch(
  configured: KernelLimits | undefined,
  { name, spec }: Kernelspec,
  requested: KernelLimits | undefined,
): KernelLimits | undefined {
  const ours = spec.metadata['in_the_loop'];
  const asked = typeof ours === 'object' && ours !== null && 'limits' in ours ? ours.limits : undefined;
  let specified: KernelLimits | undefined;
  try {
    specified = asked === undefined ? undefined : readKernelLimits(asked);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new KernelError('KERNEL_LAUNCH_FAILED', `The metadata of kernelspec ${name} is wrong: ${reason}`, {
      cause,
    });
  }
  const limits = strictestLimits(...[configured, specified, requested].filter(limitsAnything));
  return limitsAnything(limits) ? limits : undefined;
}
