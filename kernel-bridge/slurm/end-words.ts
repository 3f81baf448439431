import { constants } from 'node:os';
import type { JobEnd } from './job-report.ts';
import { describeDuration, parseDuration } from './slurm-duration.ts';

/** Why a job is over, in a sentence or two for people, and what may be done. */
export function explainEnd(end: JobEnd): string {
  const job = `Slurm's job ${end.jobId}`;
  const where = end.nodes === '' || end.nodes === '(null)' ? '' : ` on ${end.nodes}`;
  switch (end.state) {
    case null:
      return `${job} is over, and Slurm tells no more of it.`;
    case 'COMPLETED':
      return `${job} is over: its script ended in order (COMPLETED).`;
    case 'FAILED':
    case 'SPECIAL_EXIT':
      return `${job}${where} failed with ${describeExit(end)} (${end.state}).`;
    case 'TIMEOUT':
      return `${job} reached its time limit of ${describeLimit(end.timeLimit)}, and Slurm ended it (TIMEOUT). Ask for more time when you start the kernel.`;
    case 'DEADLINE':
      return `${job} did not end by its deadline, and Slurm ended it (DEADLINE).`;
    case 'CANCELLED':
      return `${job} was cancelled outside In the Loop, by scancel of its owner or of an administrator (CANCELLED).`;
    case 'OUT_OF_MEMORY':
      return `${job}${where} used more memory than it had asked for, and was ended (OUT_OF_MEMORY). Ask for more memory when you start the kernel.`;
    case 'NODE_FAIL':
      return `The node of ${job}${where} failed (NODE_FAIL).`;
    case 'BOOT_FAIL':
      return `The node of ${job}${where} could not be started (BOOT_FAIL).`;
    case 'PREEMPTED':
      return `${job} had to make room for a job of higher priority (PREEMPTED).`;
    case 'REVOKED':
      return `${job} was started by another cluster (REVOKED).`;
    default:
      return `${job} is over (${end.state}).`;
  }
}

/** Whether the cluster, or somebody there, ended it on purpose, so that another job in its place is for people to ask for. */
export function isMeant(end: JobEnd): boolean {
  return !['NODE_FAIL', 'BOOT_FAIL', 'OUT_OF_MEMORY', 'FAILED', 'COMPLETED'].includes(end.state ?? '');
}

export function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}

function describeExit({ exitCode, signal }: JobEnd): string {
  return signal > 0 ? signalName(signal) : `exit code ${exitCode}`;
}

function describeLimit(text: string): string {
  const seconds = parseDuration(text);
  return seconds === null ? text : describeDuration(seconds);
}
