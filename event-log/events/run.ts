import { z } from 'zod';

/**
 * What became of the outputs of runs in their notebook's file, in the stream of the kernel that they ran on; in the one
 * stream `runs`, what the server was asked to run by itself; and in the one stream `texts`, which texts are kept.
 */
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
          /**
           * `cleared`: its cell was emptied, unless more came after that revision; `emptied`: it was emptied, and what came
           * before this event is gone with it; `gone`: there is no such cell any more.
           */
          outputs: z.enum(['kept', 'cleared', 'emptied', 'gone']),
        }),
      ),
    }),
  }),
  /** Cells of a notebook, to be run one after the other. Frames: their sources, in the same order. */
  z.object({
    type: z.literal('run-batch-requested'),
    version: z.literal(1),
    data: z.object({
      /** The client's own id of its request: asked again, it is not run again. */
      requestId: z.string(),
      path: z.string(),
      kernelId: z.string(),
      stopsOnError: z.boolean(),
      /** A person's, at a page: it goes with the others of its kernel where one of them fails or is interrupted. */
      isInteractive: z.boolean().default(false),
      /** Cells get the times of their runs. */
      recordsTiming: z.boolean().default(false),
      /** The host of the page that asked: kernels in browsers that its cells ask for run there. */
      host: z.string().optional(),
      runs: z.array(
        z.object({
          /** The message id that its request to the kernel will have. */
          runId: z.string(),
          cellId: z.string(),
          sourceHash: z.string(),
          /** Its failure stops nothing. */
          mayFail: z.boolean(),
          /** The name of the kernel that was chosen for the cell; missing where the notebook's own is to run it. */
          kernel: z.string().optional(),
        }),
      ),
    }),
  }),
  /** These are not to be sent to the kernel any more. */
  z.object({
    type: z.literal('runs-cancelled'),
    version: z.literal(1),
    data: z.object({ requestId: z.string(), runIds: z.array(z.string()) }),
  }),
  /** Nothing more is sent of it. */
  z.object({
    type: z.literal('run-batch-ended'),
    version: z.literal(1),
    data: z.object({
      requestId: z.string(),
      /** Runs that never were sent. */
      unsent: z.array(z.string()),
      /** Why not, for people; null where all that was not cancelled was sent. */
      reason: z.string().nullable(),
    }),
  }),
  /** All that a run printed under a name is a blob, because its kernel's stream is about to lose it. */
  z.object({
    type: z.literal('run-text-kept'),
    version: z.literal(1),
    data: z.object({
      runId: z.string(),
      kernelId: z.string(),
      /** `stdout` or `stderr`. */
      name: z.string(),
      /** In UTF-8. */
      bytes: z.int(),
      /** SHA-256. */
      blob: z.string(),
    }),
  }),
]);

export type RunEvent = z.infer<typeof runEventSchema>;
