import { z } from 'zod';
import type { KernelUsage } from '../../places/kernel-usage.ts';

const statusSchema = z.object({
  kernels: z.array(
    z.object({
      kernelId: z.string(),
      usage: z.object({ memory: z.number(), cpuTime: z.number() }).nullish(),
    }),
  ),
});

/** What kernels use, of the status that a supervisor answers; those of older programs, and other systems, do not say. */
export function usageIn(status: unknown): ReadonlyMap<string, KernelUsage> {
  const parsed = statusSchema.safeParse(status);
  if (!parsed.success) return new Map();
  return new Map(
    parsed.data.kernels.flatMap(({ kernelId, usage }) => (usage ? [[kernelId, usage] as const] : [])),
  );
}
