import type { JobReport } from './job-report.ts';

/** Slurm's reasons, for people who have not read squeue's manual; the beginning of the word decides. */
const REASONS: readonly (readonly [prefix: string, meaning: string])[] = [
  ['Resources', 'what it asks for is in use by other jobs'],
  ['Priority', 'other jobs come before it'],
  ['BeginTime', 'its time to begin has not come'],
  ['Dependency', 'it waits for another job'],
  ['JobHeldUser', 'it is held: `scontrol release` lets it go'],
  ['JobHeldAdmin', 'an administrator holds it'],
  ['JobHoldMaxRequeue', 'it was started too often, and is held'],
  ['launch_failed_requeued_held', 'its node could not start it, and it is held'],
  ['ReqNodeNotAvail', 'nodes that it needs are down, drained or reserved'],
  ['NodeDown', 'a node that it needs is down'],
  ['PartitionDown', 'the partition is closed'],
  ['PartitionInactive', 'the partition is closed'],
  ['PartitionNodeLimit', 'it asks for more nodes than the partition gives'],
  ['PartitionTimeLimit', 'it asks for more time than the partition gives, and will never start'],
  ['PartitionConfig', 'the partition has no node of that kind, and it will never start'],
  ['BadConstraints', 'no node is as it asks for'],
  ['Reservation', 'it waits for its reservation'],
  ['Licenses', 'it waits for a licence'],
  ['QOS', 'its quality of service allows no more at the moment'],
  ['Assoc', 'its account is used up, or allows no more at the moment'],
  ['MaxCpuPerAccount', 'its account allows no more processors at the moment'],
  ['InvalidAccount', 'its account may not be used here'],
  ['InvalidQOS', 'its quality of service may not be used here'],
  ['Nodes required for job are DOWN, DRAINED', 'nodes that it needs are down, drained or reserved'],
  ['Cleaning', 'what it left at its last start is cleared up'],
];

/** What people are told while a job waits: where, in Slurm's words and in plain ones, and until when as Slurm guesses. */
export function queueText({ jobId, partition, state, reason, start }: JobReport): string {
  const meaning = REASONS.find(([prefix]) => reason.startsWith(prefix))?.[1];
  const words = reason === '' || reason === 'None' ? state : `${state} (${reason})`;
  const expected =
    start !== null && state === 'PENDING' ? ` Slurm expects to start it ${describeTime(start)}.` : '';
  return `Waiting in Slurm's queue: job ${jobId}, partition ${partition}, ${words}${
    meaning === undefined ? '.' : `: ${meaning}.`
  }${expected}`;
}

/** The reader's own time zone is not known here. */
function describeTime(time: number): string {
  return `by ${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
