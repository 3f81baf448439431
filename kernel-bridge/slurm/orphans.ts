import { userInfo } from 'node:os';
import type { KernelLog } from '../local/kernel-log.ts';
import { OWN_JOBS_FORMAT, parseOwnJobs } from './job-name.ts';
import type { SlurmCommands } from './slurm-commands.ts';

/**
 * Cancels jobs of an owner whose kernels nobody knows: the program that started them ended before it could write them down.
 * @throws PlaceError
 */
export async function cancelOrphans(
  commands: SlurmCommands,
  owner: string,
  isKnown: (kernelId: string) => boolean,
  log: KernelLog,
): Promise<void> {
  const args = ['-h', '-u', userInfo().username, '-o', OWN_JOBS_FORMAT];
  const orphans = parseOwnJobs(await commands.run('squeue', args), owner).filter(
    ({ kernelId }) => !isKnown(kernelId),
  );
  if (orphans.length === 0) return;
  const jobIds = orphans.map(({ jobId }) => jobId);
  log.warn({ jobIds }, 'jobs of kernels that nobody knows any more are cancelled');
  await commands.run('scancel', jobIds);
}
