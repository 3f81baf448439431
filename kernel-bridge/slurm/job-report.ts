/** What the queue says of a job. */
export interface JobReport {
  readonly jobId: string;
  /** Slurm's word: PENDING, RUNNING, COMPLETING and so on. */
  readonly state: string;
  readonly partition: string;
  /** In Slurm's word: Resources, Priority and so on; `None` for none. */
  readonly reason: string;
  /** When its time is up, or it is expected to be; in milliseconds since the epoch. */
  readonly end: number | null;
  /** When it was started, or is expected to be; in milliseconds since the epoch. */
  readonly start: number | null;
  /** Empty while it waits. */
  readonly nodes: string;
}

/** For squeue's `-o`; the reason, which may hold anything, comes last. */
export const REPORT_FORMAT = '%A|%T|%P|%S|%e|%N|%r';

/** Reads what `squeue -h -o REPORT_FORMAT` printed with times in UTC; lines that are none are passed over. */
export function parseReports(printed: string): JobReport[] {
  return printed.split('\n').flatMap((line) => {
    const [jobId = '', state, partition, start, end, nodes, ...reason] = line.split('|');
    if (!/^\d+$/.test(jobId) || reason.length === 0) return [];
    return [
      {
        jobId,
        state: state ?? '',
        partition: partition ?? '',
        start: timeOf(start),
        end: timeOf(end),
        nodes: nodes ?? '',
        reason: reason.join('|').trim(),
      },
    ];
  });
}

/** What `scontrol show job -o` says of a job that is over. */
export interface JobEnd {
  readonly jobId: string;
  /** TIMEOUT, CANCELLED and so on; null for one that Slurm has forgotten. */
  readonly state: string | null;
  readonly reason: string;
  readonly exitCode: number;
  readonly signal: number;
  /** As Slurm words it: `00:01:00`. */
  readonly timeLimit: string;
  readonly nodes: string;
  /** How often it was put back into the queue. */
  readonly requeued: number;
}

/** Also of a job that is not over, which `state` tells. */
export function parseJobEnd(jobId: string, printed: string): JobEnd {
  const field = (name: string): string => new RegExp(`(?:^|\\s)${name}=(\\S*)`).exec(printed)?.[1] ?? '';
  const [exitCode = 0, signal = 0] = field('ExitCode').split(':').map(Number);
  return {
    jobId,
    state: field('JobState') || null,
    reason: field('Reason'),
    exitCode,
    signal,
    timeLimit: field('TimeLimit'),
    nodes: field('NodeList'),
    requeued: Number(field('Restarts')) || 0,
  };
}

export function forgottenJob(jobId: string): JobEnd {
  return { jobId, state: null, reason: '', exitCode: 0, signal: 0, timeLimit: '', nodes: '', requeued: 0 };
}

/** Of what is said of jobs that wait, or run and end: whether the job is over. */
export function isOver(state: string): boolean {
  return OVER.has(state);
}

const OVER: ReadonlySet<string> = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
]);

/** It has processors, and its script runs or ran. */
export function isOnNode(state: string): boolean {
  return ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'SIGNALING', 'RESIZING', 'STAGE_OUT'].includes(
    state,
  );
}

function timeOf(text: string | undefined): number | null {
  const time = Date.parse(`${text ?? ''}Z`);
  return Number.isNaN(time) ? null : time;
}
