import { totalmem } from 'node:os';
import type { KernelExit } from '../kernel.ts';
import type { OutOfMemoryKills } from './out-of-memory-kills.ts';

/** Of all the memory there is; with more a process is suspected where nothing counts. */
const NEARLY_ALL = 0.8;

/**
 * Whether a process that was killed, or may have been, ended because memory ran out: the system does that by SIGKILL.
 * @param highWater in bytes
 * @param available all the memory there is for our control group, in bytes
 */
export async function outOfMemory(
  highWater: number | null,
  kills: Pick<OutOfMemoryKills, 'haveRisen'>,
  available = availableMemory(),
): Promise<KernelExit['outOfMemory']> {
  const risen = await kills.haveRisen();
  if (risen !== null) return risen ? 'counted' : null;
  return highWater !== null && highWater > NEARLY_ALL * available ? 'nearly-all-used' : null;
}

function availableMemory(): number {
  // 0 where there is no limit, or a huge number.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
