import { z } from 'zod';

/** Keys by which other agents work here for somebody, in the one stream `agent-keys`. The key itself is nowhere (I10). */
export const agentKeyEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent-key-made'),
    version: z.literal(1),
    data: z.object({
      keyId: z.string(),
      /** SHA-256 of the key, in hexadecimal digits. */
      hash: z.string(),
      /** For people: what it is for. */
      name: z.string(),
      scopes: z.array(z.enum(['reads', 'edits', 'runs', 'destroys'])),
      /** With whose rights: as Jupyter's identity API words it. */
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
    type: z.literal('agent-key-revoked'),
    version: z.literal(1),
    data: z.object({ keyId: z.string() }),
  }),
]);

export type AgentKeyEvent = z.infer<typeof agentKeyEventSchema>;
