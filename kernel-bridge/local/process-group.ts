/**
 * Signals a process group, or the leader alone if the group refuses. Nothing happens where neither is there any more.
 * @param leader pid; must be known to be the process that is meant, for numbers are used again
 */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  if (!kill(-leader, signal)) kill(leader, signal);
}

/** Kills what is left of a group whose leader is gone. */
export function killGroup(leader: number): void {
  kill(-leader, 'SIGKILL');
}

function kill(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    return false;
  }
}
