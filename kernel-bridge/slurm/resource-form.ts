import type { ResourceField, ResourceForm } from '../places/place.ts';
import type { Partition } from './cluster.ts';
import { describeDuration } from './slurm-duration.ts';
import type { JobResources } from './slurm-settings.ts';

/** What a person is asked, with the cluster's real partitions and accounts. */
export function resourceForm(
  partitions: readonly Partition[],
  accounts: readonly string[],
  defaults: JobResources,
): ResourceForm {
  const ofCluster = partitions.find(({ isDefault }) => isDefault)?.name ?? '';
  const gpus = [...new Set(partitions.flatMap(({ gres }) => (gres.includes('gpu') ? [gres] : [])))];
  const fields: ResourceField[] = [
    {
      name: 'partition',
      label: 'Partition',
      kind: 'choice',
      choices: partitions.map((partition) => ({
        value: partition.name,
        label: describePartition(partition),
      })),
      initial: defaults.partition ?? ofCluster,
      help: 'Which machines: with longer limits, more memory or GPUs one often waits longer.',
    },
    {
      name: 'time',
      label: 'Time limit',
      kind: 'duration',
      initial: defaults.time ?? '',
      help: 'Slurm ends the kernel after it: minutes, hours:minutes:seconds or days-hours. Empty for the partition’s own.',
    },
    {
      name: 'cpus',
      label: 'Processors',
      kind: 'number',
      initial: defaults.cpus ?? '',
      help: `1 where nothing is given; at most ${Math.max(0, ...partitions.map(({ cpus }) => cpus))}.`,
    },
    {
      name: 'memory',
      label: 'Memory',
      kind: 'text',
      initial: defaults.memory ?? '',
      help: 'As sbatch takes it: 4G, or 500M. Empty for the cluster’s own.',
    },
    ...(gpus.length === 0 && defaults.gpus === undefined
      ? []
      : [
          {
            name: 'gpus',
            label: 'GPUs',
            kind: 'text',
            initial: defaults.gpus ?? '',
            help: `A number, or kind and number: a100:2. Nodes have ${gpus.join(', ')}.`,
          } as const,
        ]),
    {
      name: 'account',
      label: 'Account',
      ...(accounts.length === 0
        ? ({ kind: 'text' } as const)
        : ({ kind: 'choice', choices: accounts.map((value) => ({ value, label: value })) } as const)),
      initial: defaults.account ?? '',
      help: 'Who is charged. Empty for your own default.',
    },
    {
      name: 'qos',
      label: 'Quality of service',
      kind: 'text',
      initial: defaults.qos ?? '',
      help: 'Empty for the cluster’s own.',
    },
    {
      name: 'options',
      label: 'More options',
      kind: 'text',
      multiline: true,
      initial: defaults.options ?? '',
      help: 'More lines of #SBATCH, one option a line: --constraint=skylake.',
    },
  ];
  return { fields };
}

function describePartition(partition: Partition): string {
  const { name, isDefault, isUp, timeLimitSeconds, nodes, cpus, memory, gres } = partition;
  const parts = [
    timeLimitSeconds === Infinity ? 'no time limit' : `up to ${describeDuration(timeLimitSeconds)}`,
    `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`,
    `${cpus} processors`,
    `${Math.round(memory / 1024)} GiB`,
    ...(gres === '' ? [] : [gres]),
    ...(isDefault ? ['default'] : []),
    ...(isUp ? [] : ['closed']),
  ];
  return `${name} (${parts.join(', ')})`;
}
