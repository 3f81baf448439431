import { z } from 'zod';

/**
 * What people asked a kernel to run, in the kernel's stream, before the request goes to the kernel; or, of a kernel in a
 * browser, when its page hands over that it was asked there.
 * Frames of `execution-requested`: header, parent_header, metadata, content as the client sent them.
 */
export const executionEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('execution-requested'),
    version: z.literal(1),
    data: z.object({
      messageId: z.string(),
      session: z.string(),
      /** The nbformat cell id that stock JupyterLab puts into the request's metadata; null for other clients. */
      cellId: z.string().nullable(),
      /** Path of the notebook whose session runs on this kernel, where one is known. */
      path: z.string().nullable(),
      /**
       * Among all that the kernel said, where the page that runs the kernel asked for it while no server could be reached:
       * the kernel has it, and it is never sent.
       */
      position: z.int().positive().exactOptional(),
    }),
  }),
  z.object({
    type: z.literal('execution-input-replied'),
    version: z.literal(1),
    /** `value` is null for a password prompt, whose reply is never stored (I1). */
    data: z.object({
      session: z.string(),
      promptMessageId: z.string().nullable(),
      value: z.string().nullable(),
    }),
  }),
]);

export type ExecutionEvent = z.infer<typeof executionEventSchema>;
