import { z } from 'zod';

const session = z.object({
  sessionId: z.string(),
  path: z.string(),
  name: z.string(),
  type: z.string(),
  kernelId: z.string(),
});

/** Which document runs on which kernel, in the one stream `sessions`. */
export const sessionEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session-created'), version: z.literal(1), data: session }),
  z.object({ type: z.literal('session-changed'), version: z.literal(1), data: session }),
  z.object({
    type: z.literal('session-deleted'),
    version: z.literal(1),
    data: z.object({ sessionId: z.string() }),
  }),
]);

export type SessionEvent = z.infer<typeof sessionEventSchema>;
