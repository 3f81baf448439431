import { z } from 'zod';

/** Keys with which machines dial in and offer kernels, in the one stream `runtime-agents`. The key itself is nowhere (I10). */
export const runtimeAgentEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('runtime-agent-key-made'),
    version: z.literal(1),
    data: z.object({
      /** Of its place, too. */
      keyId: z.string(),
      /** SHA-256 of the key, in hexadecimal digits. */
      hash: z.string(),
      /** For people: which machine it is for. */
      title: z.string(),
      /** Who made it, as Jupyter's identity API words it. */
      person: z.object({
        username: z.string(),
        name: z.string(),
        display_name: z.string(),
        initials: z.string().nullable(),
        avatar_url: z.string().nullable(),
        color: z.string().nullable(),
      }),
    }),
  }),
  z.object({
    type: z.literal('runtime-agent-key-revoked'),
    version: z.literal(1),
    data: z.object({ keyId: z.string() }),
  }),
]);

export type RuntimeAgentEvent = z.infer<typeof runtimeAgentEventSchema>;
