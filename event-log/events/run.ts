import { z } from 'zod';

/** What became of the outputs of runs in their notebook's file, in the stream of the kernel that they ran on. */
export const runEventSchema = z.discriminatedUnion('type', [
  /** The file has the outputs of these runs, as they were at that sequence of this stream. */
  z.object({
    type: z.literal('runs-folded'),
    version: z.literal(1),
    data: z.object({ runs: z.array(z.object({ runId: z.string(), revision: z.int() })) }),
  }),
  /** The outputs that these runs had at that sequence are the file's business from now on, or nobody's. */
  z.object({
    type: z.literal('runs-released'),
    version: z.literal(1),
    data: z.object({
      runs: z.array(
        z.object({
          runId: z.string(),
          revision: z.int(),
          /** `cleared`: its cell was emptied; `gone`: there is no such cell any more. */
          outputs: z.enum(['kept', 'cleared', 'gone']),
        }),
      ),
    }),
  }),
]);

export type RunEvent = z.infer<typeof runEventSchema>;
