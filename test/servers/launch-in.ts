import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaunchRequest } from '../../kernel-bridge/kernel.ts';

/** For a kernel without a notebook, in a folder below that one. */
export async function launchIn(
  root: string,
  how: Pick<LaunchRequest, 'kernelspec' | 'environment' | 'pythonPrefix'>,
): Promise<LaunchRequest> {
  const workingDirectory = join(root, 'work');
  await mkdir(workingDirectory, { recursive: true });
  return {
    ...how,
    kernelId: randomUUID(),
    sessionPath: null,
    workingDirectory,
    runtimeDirectory: join(root, 'runtime'),
  };
}
