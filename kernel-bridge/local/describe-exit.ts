import { type KernelExit, UNSEEN_EXIT } from '../kernel.ts';
import type { KernelOutput } from './kernel-output.ts';
import type { MemoryHighWater } from './memory-high-water.ts';
import { outOfMemory } from './out-of-memory.ts';
import type { OutOfMemoryKills } from './out-of-memory-kills.ts';

/** Where it is found out why a process is gone. */
export interface ExitSources {
  readonly output: KernelOutput;
  readonly kills: Pick<OutOfMemoryKills, 'haveRisen'>;
}

/**
 * All that is known of a process that has just ended.
 * @param how null fields where the system does not tell, as of a process that is no child of ours
 */
export async function describeExit(
  how: Pick<KernelExit, 'exitCode' | 'signal'>,
  memory: Pick<MemoryHighWater, 'bytes'> | null,
  { output, kills }: ExitSources,
): Promise<KernelExit> {
  const memoryHighWater = memory?.bytes ?? null;
  const mayBeKilled = how.signal === 'SIGKILL' || (how.signal === null && how.exitCode === null);
  const [cause, stderrTail] = await Promise.all([
    mayBeKilled ? outOfMemory(memoryHighWater, kills) : null,
    output.tail(),
  ]);
  return { ...how, stderrTail, outOfMemory: cause, memoryHighWater, limit: null };
}

/** Of a process that was not started, or that nobody saw end. */
export function unknownExit(stderrTail: string): KernelExit {
  return { ...UNSEEN_EXIT, stderrTail };
}
