import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all that it started take. */
export interface ProcessUsage {
  /** In bytes. */
  readonly memory: number;
  /** In seconds, since they were started; that of processes which have ended included. */
  readonly cpuTime: number;
}

/** USER_HZ is 100 on every Linux that Node runs on (time(7)). */
const TICKS_A_SECOND = 100;
/** A tree that grows while it is walked, or has no end. */
const MOST_PROCESSES = 2_000;

/** Null where the process is gone, or the system does not tell (it has no `/proc`). */
export function usageOf(pid: number): ProcessUsage | null {
  let cpuTime = 0;
  let resident = 0;
  const tree = [pid];
  for (let index = 0; index < tree.length && index < MOST_PROCESSES; index++) {
    const member = tree[index] as number;
    const used = usageOfOne(member);
    if (used === null) {
      if (member === pid) return null;
      continue;
    }
    cpuTime += used.cpuTime;
    resident += used.resident;
    tree.push(...childrenOf(member));
  }
  // Processes that were forked share memory, which would count for each of them.
  const memory = tree.length === 1 ? resident : Math.min(resident, proportionalMemory(tree) ?? resident);
  return { memory, cpuTime };
}

function usageOfOne(pid: number): { readonly cpuTime: number; readonly resident: number } | null {
  const stat = read(`/proc/${pid}/stat`);
  const status = read(`/proc/${pid}/status`);
  if (stat === null || status === null) return null;
  // From the third field on (proc_pid_stat(5)): utime, stime and those of children that were waited for are 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  return { cpuTime: ticks / TICKS_A_SECOND, resident: kibibytes(status, /^VmRSS:\s+(\d+) kB$/m) };
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      (read(`/proc/${pid}/task/${task}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    // It has just ended.
    return [];
  }
}

/** What each process has alone and its share of what they have in common; null where the system does not tell. */
function proportionalMemory(pids: readonly number[]): number | null {
  let sum = 0;
  for (const pid of pids) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    if (rollup === null) continue;
    sum += kibibytes(rollup, /^Pss:\s+(\d+) kB$/m);
  }
  return sum === 0 ? null : sum;
}

function kibibytes(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0) * 1024;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended, or is another person's.
    return null;
  }
}
