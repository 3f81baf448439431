import { z } from 'zod';

/**
 * Where it stands among all that its kernel said and became, as the supervisor counts: what comes again after a break is
 * known by it. Null for what the server said in the kernel's name, and for what was recorded before there was one.
 */
const position = z.int().nullable();

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
    version: z.literal(2),
    data: z.object({
      position,
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
    version: z.literal(2),
    data: z.object({
      position,
      kernelId: z.string(),
      reason: z.enum(['requested', 'died']),
      pid: z.int().nullable(),
    }),
  }),
  /** Its process ended unasked; `kernel-restarted` or `kernel-ended` follows. */
  z.object({
    type: z.literal('kernel-died'),
    version: z.literal(2),
    data: z.object({
      position,
      kernelId: z.string(),
      /** One line, for people. */
      reason: z.string(),
      exitCode: z.int().nullable(),
      signal: z.string().nullable(),
      stderrTail: z.string(),
      outOfMemory: z.enum(['counted', 'nearly-all-used']).nullable(),
      /** In bytes. */
      memoryHighWater: z.number().nullable(),
      /** The limit for which it was ended; missing in older events. */
      limit: z.enum(['memory', 'cpu-time', 'wall-time', 'idle-time']).nullable().optional(),
      /** In the words of the place that ran it. */
      explanation: z.string().optional(),
      /** It is not started again by itself. */
      isNotRestarted: z.boolean().optional(),
    }),
  }),
  z.object({
    type: z.literal('kernel-ended'),
    version: z.literal(2),
    data: z.object({
      position,
      kernelId: z.string(),
      /** `lost`: it was gone when the server came back, and nobody saw its end. */
      reason: z.enum(['requested', 'died', 'server-stopped', 'culled', 'lost']),
      exitCode: z.int().nullable(),
      signal: z.string().nullable(),
    }),
  }),
  /** A server that did not launch it has taken it over. */
  z.object({
    type: z.literal('kernel-adopted'),
    version: z.literal(1),
    data: z.object({ kernelId: z.string(), pid: z.int().nullable() }),
  }),
  /** Nobody listened from then till then (ISO 8601): what it said meanwhile may be lost. */
  z.object({
    type: z.literal('kernel-reattached'),
    version: z.literal(1),
    data: z.object({
      position,
      kernelId: z.string(),
      silentFrom: z.string(),
      silentUntil: z.string(),
      /** For people; missing where the process that listens had ended. */
      why: z.string().optional(),
      /** Another process answers from then on, without the variables of the one that was not heard. */
      startsAnew: z.literal(true).optional(),
    }),
  }),
  /** Its place has not started it yet: a queue's words for people. Null: it has now. */
  z.object({
    type: z.literal('kernel-waiting'),
    version: z.literal(1),
    data: z.object({ position, kernelId: z.string(), text: z.string().nullable() }),
  }),
  /** Its place says what will become of it, or that it cannot be reached for the time being: for people. */
  z.object({
    type: z.literal('kernel-warned'),
    version: z.literal(1),
    data: z.object({ position, kernelId: z.string(), text: z.string() }),
  }),
  /** It stands still, because what it says could not be kept (I5). */
  z.object({
    type: z.literal('kernel-paused'),
    version: z.literal(1),
    data: z.object({
      position,
      kernelId: z.string(),
      reason: z.enum(['disk-full', 'too-much-unread']),
    }),
  }),
  z.object({
    type: z.literal('kernel-continued'),
    version: z.literal(1),
    data: z.object({ position, kernelId: z.string() }),
  }),
  z.object({
    type: z.literal('kernel-limit-reached'),
    version: z.literal(1),
    data: z.object({
      position,
      kernelId: z.string(),
      limit: z.enum(['memory', 'cpu-time', 'wall-time', 'idle-time']),
      effect: z.enum(['warned', 'ended']),
      /** For people. */
      text: z.string(),
    }),
  }),
  /** The document whose session runs on it is another, or has another path: API paths, null for none before. */
  z.object({
    type: z.literal('kernel-document-changed'),
    version: z.literal(1),
    data: z.object({
      kernelId: z.string(),
      from: z.string().nullable(),
      to: z.string(),
      /** The same notebook under another name, with the outputs of its cells. */
      isRename: z.boolean(),
    }),
  }),
]);

export type KernelEvent = z.infer<typeof kernelEventSchema>;
