import { z } from 'zod';
import { agentTurnEventSchema } from './agent-turn-event.ts';

/** Something happened in a conversation that the page follows; it is in the log (I1). */
export const agentEventSchema = z.object({
  type: z.literal('agent-event'),
  threadId: z.string(),
  /** Of the event in its conversation. There are gaps. */
  sequence: z.int(),
  /** Milliseconds since the epoch. */
  time: z.number(),
  /** A user name, or `agent:` and the user name of the person for whom it acts, or `server`. */
  actor: z.string(),
  event: agentTurnEventSchema,
});
export type AgentEventMessage = z.infer<typeof agentEventSchema>;

/** What a tool says while it is at work. It is kept nowhere. */
export const agentProgressSchema = z.object({
  type: z.literal('agent-progress'),
  threadId: z.string(),
  turnId: z.string(),
  callId: z.string(),
  text: z.string(),
});
export type AgentProgressMessage = z.infer<typeof agentProgressSchema>;

/** The page hears no (more) of this conversation: it may not see it, or it was deleted. */
export const agentUnavailableSchema = z.object({
  type: z.literal('agent-unavailable'),
  threadId: z.string(),
  message: z.string(),
});
export type AgentUnavailableMessage = z.infer<typeof agentUnavailableSchema>;

/** There are other conversations than before, or one is at work that was not, or the other way round: `GET …/agent/threads`. */
export const agentThreadsChangedSchema = z.object({ type: z.literal('agent-threads-changed') });
export type AgentThreadsChangedMessage = z.infer<typeof agentThreadsChangedSchema>;
