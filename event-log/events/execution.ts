import { z } from 'zod';

/**
 * What people asked a kernel to run, in the kernel's stream, before the request goes to the kernel.
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
