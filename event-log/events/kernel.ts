import { z } from 'zod';

/**
 * The life of one kernel, in its own stream `kernel/<id>`. Frames of `kernel-message`: header, parent_header,
 * metadata, content as the kernel sent them (raw JSON bytes), then its buffers.
 */
export const kernelEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('kernel-started'),
    version: z.literal(1),
    data: z.object({
      kernelId: z.string(),
      specName: z.string(),
      workingDirectory: z.string(),
      pid: z.int().nullable(),
    }),
  }),
  z.object({
    type: z.literal('kernel-message'),
    version: z.literal(1),
    data: z.object({
      channel: z.enum(['iopub', 'shell', 'control', 'stdin']),
      messageId: z.string(),
      messageType: z.string(),
      /** Session that sent the request which this answers; null for what nobody asked for. */
      parentSession: z.string().nullable(),
      parentType: z.string().nullable(),
    }),
  }),
  z.object({
    type: z.literal('kernel-interrupted'),
    version: z.literal(1),
    data: z.object({ kernelId: z.string() }),
  }),
  z.object({
    type: z.literal('kernel-restarted'),
    version: z.literal(1),
    data: z.object({ kernelId: z.string(), reason: z.enum(['requested', 'died']), pid: z.int().nullable() }),
  }),
  /** Its process ended unasked; `kernel-restarted` or `kernel-ended` follows. */
  z.object({
    type: z.literal('kernel-died'),
    version: z.literal(1),
    data: z.object({
      kernelId: z.string(),
      /** One line, for people. */
      reason: z.string(),
      exitCode: z.int().nullable(),
      signal: z.string().nullable(),
      stderrTail: z.string(),
      outOfMemory: z.enum(['counted', 'nearly-all-used']).nullable(),
      /** In bytes. */
      memoryHighWater: z.number().nullable(),
    }),
  }),
  z.object({
    type: z.literal('kernel-ended'),
    version: z.literal(1),
    data: z.object({
      kernelId: z.string(),
      reason: z.enum(['requested', 'died', 'server-stopped']),
      exitCode: z.int().nullable(),
      signal: z.string().nullable(),
    }),
  }),
]);

export type KernelEvent = z.infer<typeof kernelEventSchema>;
