import { z } from 'zod';

/** Kernels that run cells of a notebook beside its own, in the one stream `secondary-kernels`. */
export const secondaryKernelEventSchema = z.discriminatedUnion('type', [
  /** Before it is started, and when the notebook gets another kernel of its own. */
  z.object({
    type: z.literal('secondary-kernel-bound'),
    version: z.literal(1),
    data: z.object({
      kernelId: z.string(),
      /** Of the notebook's own kernel. */
      primaryId: z.string(),
      /** Of its kernelspec. */
      name: z.string(),
      /** Of its own stream: what it said up to there is no business of that notebook's kernel. */
      after: z.int(),
    }),
  }),
  z.object({
    type: z.literal('secondary-kernel-released'),
    version: z.literal(1),
    data: z.object({ kernelId: z.string() }),
  }),
]);

export type SecondaryKernelEvent = z.infer<typeof secondaryKernelEventSchema>;
