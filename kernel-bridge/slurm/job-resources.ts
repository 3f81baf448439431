import { PlaceError } from '../places/place-error.ts';
import type { Partition } from './cluster.ts';
import { describeDuration, parseDuration } from './slurm-duration.ts';
import type { JobResources } from './slurm-settings.ts';

/** In the order of the form. */
export const RESOURCE_NAMES = [
  'partition',
  'time',
  'cpus',
  'memory',
  'gpus',
  'account',
  'qos',
  'options',
] as const;

/** What a person chose over what the place has; an empty answer is the place's own. */
export function chosenResources(
  defaults: JobResources,
  chosen: Readonly<Record<string, string>>,
): JobResources {
  const unknown = Object.keys(chosen).find((name) => !(RESOURCE_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw refused(`Slurm knows nothing called "${unknown}" here.`, `Choose of ${RESOURCE_NAMES.join(', ')}.`);
  const given = Object.entries(chosen).filter(([, value]) => value.trim() !== '');
  return { ...defaults, ...Object.fromEntries(given.map(([name, value]) => [name, value.trim()])) };
}

/**
 * Whether they can be asked for at all. Slurm itself takes some that it never starts, such as more time than the partition has.
 * @param partitions null where the cluster was not asked
 * @throws PlaceError PLACE_REFUSED
 */
export function checkResources(resources: JobResources, partitions: readonly Partition[] | null): void {
  for (const [name, value] of Object.entries(resources)) {
    if (name !== 'options' && typeof value === 'string' && !/^[\w@.,:+%/-]+$/.test(value))
      throw refused(`"${value}" is no ${name} of Slurm.`, 'Give it as sbatch takes it.');
  }
  const { partition: name, time, cpus, memory, gpus, options } = resources;
  const seconds = time === undefined ? null : parseDuration(time);
  if (time !== undefined && (seconds === null || seconds === 0))
    throw refused(
      `Slurm cannot read the time limit "${time}".`,
      'Give it in minutes, or as hours:minutes:seconds or days-hours.',
    );
  if (cpus !== undefined && !/^[1-9]\d{0,6}$/.test(cpus))
    throw refused(`"${cpus}" is no number of processors.`, 'Give a whole number of 1 or more.');
  if (memory !== undefined && !/^\d{1,12}[KMGT]?$/i.test(memory))
    throw refused(`"${memory}" is no amount of memory.`, 'Give it as sbatch takes it: 4G, or 500M.');
  if (gpus !== undefined && !/^([\w-]+:)?\d{1,4}$/.test(gpus))
    throw refused(`"${gpus}" is no number of GPUs.`, 'Give a number, or kind and number: a100:2.');
  optionLines(options === undefined ? [] : options.split('\n'));
  if (partitions === null) return;
  const partition = partitions.find((each) => (name === undefined ? each.isDefault : each.name === name));
  if (partition === undefined) {
    // A job may name several, and a cluster need not have a default.
    if (name === undefined || name.includes(',')) return;
    throw refused(
      `Slurm said: invalid partition specified: ${name}`,
      `The cluster has ${partitions.map((each) => each.name).join(', ')}.`,
    );
  }
  if (!partition.isUp)
    throw refused(`The partition ${partition.name} is closed.`, 'Choose another partition.');
  if (seconds !== null && seconds > partition.timeLimitSeconds)
    throw refused(
      `Requested time limit is invalid: ${describeDuration(seconds)} exceeds the ${describeDuration(partition.timeLimitSeconds)} of partition ${partition.name}.`,
      'Ask for less time, or choose a partition with a longer limit.',
    );
  if (cpus !== undefined && Number(cpus) > partition.cpus)
    throw refused(
      `Requested node configuration is not available: no node of partition ${partition.name} has more than ${partition.cpus} processors.`,
      'Ask for fewer processors, or choose another partition.',
    );
}

/** These make another thing of a job than one script with its output in our file. */
const OURS =
  /^--?(array|a|output|o|error|e|input|i|job-name|J|comment|chdir|D|export|wrap|test-only|parsable|wait|W|open-mode|quiet|Q)(=|\s|$)/;

/**
 * Lines for a script's head, from what people wrote: `#SBATCH --constraint=x` or `--constraint=x`.
 * @throws PlaceError PLACE_REFUSED
 */
export function optionLines(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const option = line.replace(/^\s*(#SBATCH\s+)?/, '').trimEnd();
    if (option === '') return [];
    if (!option.startsWith('-') || hasControlCharacter(option))
      throw refused(
        `"${option.slice(0, 100)}" is no option of sbatch on one line.`,
        'Give one option a line, beginning with a dash.',
      );
    if (OURS.test(option) || /^-[aoeiJDWQ]\S/.test(option))
      throw refused(
        `The option ${option.split(/[=\s]/)[0]} cannot be given: In the Loop sets it itself.`,
        'Leave it out.',
      );
    return [`#SBATCH ${option}`];
  });
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function refused(message: string, remedy: string): PlaceError {
  return new PlaceError('PLACE_REFUSED', message, remedy);
}
