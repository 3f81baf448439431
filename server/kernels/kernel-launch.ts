import { randomUUID } from 'node:crypto';
import { KernelError, type KernelLimits, type LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type { Kernelspec, KernelspecFinder } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { inheritedEnvironment } from './inherited-environment.ts';
import { limitsOfLaunch } from './limits-of-launch.ts';

/** What all kernels of this server are started in. */
export interface KernelSurroundings {
  readonly rootDirectory: string;
  /** The Python environment served. */
  readonly pythonPrefix: string;
  /** Jupyter's runtime folder. */
  readonly runtimeDirectory: string;
  /** What kernels inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of every kernel. */
  readonly limits?: KernelLimits | undefined;
}

type KernelLaunch = Omit<LaunchRequest, 'sessionPath'>;

/** @throws KernelError KERNEL_LAUNCH_FAILED where the kernelspec's limits cannot be understood */
export function kernelLaunch(
  surroundings: KernelSurroundings,
  kernelspec: Kernelspec,
  asked: Pick<KernelLaunch, 'kernelId' | 'workingDirectory' | 'limits'> & {
    readonly environment?: Readonly<Record<string, string>> | undefined;
  },
): KernelLaunch {
  const { kernelId, workingDirectory } = asked;
  const limits = limitsOfLaunch(surroundings.limits, kernelspec, asked.limits);
  return {
    ...(limits !== undefined && { limits }),
    kernelId,
    kernelspec,
    workingDirectory,
    environment:
      kernelspec.place === undefined
        ? inheritedEnvironment(surroundings.environment, asked.environment)
        : // What this machine's is, is no other's business (I10).
          (asked.environment ?? {}),
    pythonPrefix: surroundings.pythonPrefix,
    runtimeDirectory: surroundings.runtimeDirectory,
  };
}

/**
 * One that nobody has asked for: as an ordinary one is started in the root, and without limits, which begin when it is
 * somebody's.
 * @throws KernelError KERNEL_SPEC_UNKNOWN, KERNEL_LAUNCH_FAILED
 */
export async function spareLaunch(
  surroundings: KernelSurroundings,
  kernelspecs: KernelspecFinder,
  name: string,
): Promise<LaunchRequest> {
  const kernelspec = await kernelspecs.find(name);
  if (kernelspec === undefined)
    throw new KernelError('KERNEL_SPEC_UNKNOWN', `There is no kernel named ${name}.`);
  if (kernelspec.place !== undefined)
    throw new KernelError('KERNEL_LAUNCH_FAILED', 'Only kernels of this machine are kept warm.');
  const asked = { kernelId: randomUUID(), workingDirectory: surroundings.rootDirectory };
  const launch = kernelLaunch({ ...surroundings, limits: undefined }, kernelspec, asked);
  return { ...launch, limits: undefined, sessionPath: null, isSpare: true };
}
