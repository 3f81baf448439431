import { userInfo } from 'node:os';
import { parseDuration } from './slurm-duration.ts';
import type { SlurmCommands } from './slurm-commands.ts';

export interface Partition {
  readonly name: string;
  readonly isDefault: boolean;
  readonly isUp: boolean;
  /** Slurm's words, and seconds (Infinity for none). */
  readonly timeLimit: string;
  readonly timeLimitSeconds: number;
  readonly nodes: number;
  /** Of its largest node. */
  readonly cpus: number;
  /** Of its largest node, in MiB. */
  readonly memory: number;
  /** As nodes have them: `gpu:a100:4`; empty for none. */
  readonly gres: string;
}

/** Node counts, processors and memory of a partition may be several lines, one for each kind of node. */
const FORMAT = '%R|%P|%a|%l|%D|%c|%m|%G';

/** The cluster's partitions, as sinfo tells them. @throws PlaceError */
export async function readPartitions(commands: SlurmCommands): Promise<Partition[]> {
  return parsePartitions(await commands.run('sinfo', ['-h', '-o', FORMAT]));
}

export function parsePartitions(printed: string): Partition[] {
  const partitions = new Map<string, Partition>();
  for (const line of printed.split('\n')) {
    const [name = '', marked = '', up, limit = '', nodes, cpus, memory, gres = ''] = line.trim().split('|');
    if (name === '' || gres === '') continue;
    const known = partitions.get(name);
    partitions.set(name, {
      name,
      isDefault: marked.endsWith('*'),
      isUp: up === 'up',
      timeLimit: limit,
      timeLimitSeconds: parseLimit(limit),
      nodes: (known?.nodes ?? 0) + Number(nodes),
      cpus: Math.max(known?.cpus ?? 0, leadingNumber(cpus)),
      memory: Math.max(known?.memory ?? 0, leadingNumber(memory)),
      gres: [...new Set([...(known?.gres.split(', ') ?? []), gres === '(null)' ? '' : gres])]
        .filter((text) => text !== '')
        .join(', '),
    });
  }
  return [...partitions.values()];
}

/** The accounts that this person may charge; none where Slurm keeps no accounts, or does not tell. */
export async function readAccounts(commands: SlurmCommands): Promise<string[]> {
  const args = ['-nP', 'show', 'assoc', `user=${userInfo().username}`, 'format=account'];
  const printed = await commands.run('sacctmgr', args).catch(() => '');
  const names = printed.split('\n').map((line) => line.trim());
  return [...new Set(names)].filter((name) => name !== '').sort();
}

/** sinfo's `1:00` is a minute and its `1:00:00` an hour; sbatch reads them so, too. */
function parseLimit(text: string): number {
  return parseDuration(text) ?? Infinity;
}

/** `64+` is at least 64. */
function leadingNumber(text: string | undefined): number {
  return Number.parseInt(text ?? '', 10) || 0;
}
