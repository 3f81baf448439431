/** What a kernel and all that it started use. */
export interface KernelUsage {
  /** In bytes. */
  readonly memory: number;
  /** In seconds, since it was started: whoever asks twice knows how many processors it keeps busy. */
  readonly cpuTime: number;
}

/** Of kernels that are held one by one. Of one that cannot tell at the moment nothing is known. */
export async function usageOfAll(
  holders: Iterable<{ usage(): Promise<ReadonlyMap<string, KernelUsage>> }>,
): Promise<ReadonlyMap<string, KernelUsage>> {
  const told = await Promise.all([...holders].map((holder) => holder.usage().catch(() => new Map())));
  return new Map(told.flatMap((usage: ReadonlyMap<string, KernelUsage>) => [...usage]));
}
