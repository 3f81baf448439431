import { z } from 'zod';

const threadSchema = z.object({
  threadId: z.string(),
  title: z.string(),
  /** Of the notebook that it is about; null: about none. */
  documentId: z.string().nullable(),
  /** The user name of who began it, and who alone may see it while it is private. */
  owner: z.string(),
  isPrivate: z.boolean(),
});
const openTurnSchema = z.object({
  threadId: z.string(),
  turnId: z.string(),
  /** Who asked, and with whose rights the agent acts: as Jupyter's identity API words it. */
  person: z.object({
    username: z.string(),
    name: z.string(),
    display_name: z.string(),
    initials: z.string().nullable(),
    avatar_url: z.string().nullable(),
    color: z.string().nullable(),
  }),
});
const decisionSchema = z.enum(['allow', 'ask', 'never']);

/**
 * Which conversations with a model there are and which of their turns are under way, in the one stream `agent-threads`; in the one
 * stream `agent-policies`, what people allow their agents.
 */
export const agentThreadEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent-thread-created'),
    version: z.literal(1),
    data: threadSchema,
  }),
  z.object({
    type: z.literal('agent-thread-changed'),
    version: z.literal(1),
    data: z.object({ threadId: z.string(), title: z.string(), isPrivate: z.boolean() }),
  }),
  z.object({
    type: z.literal('agent-thread-deleted'),
    version: z.literal(1),
    data: z.object({ threadId: z.string() }),
  }),
  /** Appended together with its `turn-started`: a server that begins finds what it has to go on with. */
  z.object({ type: z.literal('agent-turn-opened'), version: z.literal(1), data: openTurnSchema }),
  /** Appended together with its `turn-ended`. */
  z.object({
    type: z.literal('agent-turn-closed'),
    version: z.literal(1),
    data: z.object({ threadId: z.string(), turnId: z.string() }),
  }),
  /** All that the events before it say. */
  z.object({
    type: z.literal('agent-threads-listed'),
    version: z.literal(1),
    data: z.object({
      threads: z.array(z.object({ thread: threadSchema, createdAt: z.number(), usedAt: z.number() })),
      openTurns: z.array(openTurnSchema),
    }),
  }),
  z.object({
    type: z.literal('agent-policy-set'),
    version: z.literal(1),
    data: z.object({
      username: z.string(),
      /** The notebook that it is for; null: all. */
      documentId: z.string().nullable(),
      policy: z.object({
        effects: z.object({
          reads: decisionSchema.optional(),
          edits: decisionSchema.optional(),
          runs: decisionSchema.optional(),
          destroys: decisionSchema.optional(),
        }),
        tools: z.record(z.string(), decisionSchema),
      }),
    }),
  }),
]);

export type AgentThreadEvent = z.infer<typeof agentThreadEventSchema>;
