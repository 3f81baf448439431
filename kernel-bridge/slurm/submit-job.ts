import type { JobFolder } from './job-folder.ts';
import { PlaceError } from '../places/place-error.ts';
import type { SlurmCommands } from './slurm-commands.ts';
import type { JobResources } from './slurm-settings.ts';

/** How sbatch is asked: every option that is not in the script. None of them is secret. */
export function submitArguments(
  name: string,
  comment: string,
  folder: JobFolder,
  resources: JobResources,
): string[] {
  const { partition, time, cpus, memory, gpus, account, qos } = resources;
  const options: Record<string, string | undefined> = {
    'job-name': name,
    comment,
    // Slurm fills in % in names of files, and the script changes to where its kernel runs.
    output: folder.output.replaceAll('%', '%%'),
    chdir: '/',
    input: 'none',
    'open-mode': 'append',
    partition,
    time,
    'cpus-per-task': cpus,
    mem: memory,
    gres: gpus === undefined ? undefined : `gpu:${gpus}`,
    account,
    qos,
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== '');
  return ['--parsable', ...given.map(([option, value]) => `--${option}=${value}`)];
}

/**
 * Puts a script into the queue; resolves with the job's id.
 * @throws PlaceError in Slurm's words
 */
export async function submitJob(
  commands: SlurmCommands,
  script: string,
  args: readonly string[],
): Promise<string> {
  const printed = await commands.run('sbatch', args, { input: script, isOurs: false });
  // With clusters that work together: `12;name`.
  const jobId = /^(\d+)(?:;|$)/m.exec(printed)?.[1];
  if (jobId !== undefined) return jobId;
  throw new PlaceError(
    'PLACE_UNFIT',
    `sbatch did not say the number of the job that it started, but: ${printed.slice(0, 200)}`,
    'Ask the cluster’s administrators whether sbatch is one of their own.',
  );
}
