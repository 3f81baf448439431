import { execFile } from 'node:child_process';

/** Seconds beyond the limit, so that whoever watches comes first and says more; then SIGXCPU, and later SIGKILL. */
const SLACK = 2;
const HARD_SLACK = 10;

/**
 * Lets the system itself end a process at its limit of processor time, for the time in which nobody watches. It counts
 * that process alone. Where there is no `prlimit` (util-linux), watching must do.
 * @param seconds of processor time
 */
export function setCpuBackstop(pid: number, seconds: number, onFailure: (reason: string) => void): void {
  const soft = Math.ceil(seconds) + SLACK;
  execFile('prlimit', ['--pid', String(pid), `--cpu=${soft}:${soft + HARD_SLACK}`], (error) => {
    if (error !== null) onFailure(error.message);
  });
}
