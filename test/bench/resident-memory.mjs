import { readFileSync } from 'node:fs';

/** Of these processes together, as Linux counts it. */
export const residentMegabytes = (pids) => pids.reduce((sum, pid) => sum + residentOf(pid), 0) / 1024;

function residentOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

/** What these processes have had written to disks, in bytes. */
export const writtenBytes = (pids) =>
  pids.reduce(
    (sum, pid) => sum + Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))[1]),
    0,
  );
