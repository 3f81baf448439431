import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface ProcessSight {
  /** The same for the same process only: a number that another process got later is not taken for it. */
  readonly identity: string;
  /** `zombie`: it has ended, and its parent has not taken note. */
  readonly state: 'living' | 'stopped' | 'zombie';
}

const HAS_PROC = existsSync('/proc/self/stat');

/** What the system says of a process now; null where there is none. */
export function lookAtProcess(pid: number): ProcessSight | null {
  return HAS_PROC ? lookInProc(pid) : askPs(pid);
}

/** @param stat the content of `/proc/<pid>/stat` (proc_pid_stat(5)) */
export function parseStat(stat: string): {
  readonly state: ProcessSight['state'];
  readonly startTicks: string;
} {
  // The program's name, in parentheses, may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: stateOf(fields[0] ?? ''), startTicks: fields[19] ?? '' };
}

function lookInProc(pid: number): ProcessSight | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const { state, startTicks } = parseStat(stat);
  return { identity: `${bootId()} ${startTicks}`, state };
}

function askPs(pid: number): ProcessSight | null {
  const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } } as const;
  const { stdout } = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], options);
  const [, state, identity] = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(stdout ?? '') ?? [];
  return state === undefined || identity === undefined ? null : { identity, state: stateOf(state) };
}

function stateOf(letters: string): ProcessSight['state'] {
  if (letters.startsWith('Z') || letters.startsWith('X')) return 'zombie';
  return letters.startsWith('T') ? 'stopped' : 'living';
}

/** Start times count from the boot. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Some containers hide it; the start time alone tells nearly as much.
    return '';
  }
}
