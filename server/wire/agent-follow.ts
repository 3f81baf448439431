import { z } from 'zod';

export const threadIdSchema = z.string().min(1).max(200);

/**
 * The page wants to hear what happens in a conversation with a model, from behind an event that it knows (0: from the beginning). It is
 * told by `agent-event`, each once and in order; after another socket it asks again with the last sequence that it heard. Where it
 * may not, or the conversation is none, it is told by `agent-unavailable`.
 */
export const agentFollowSchema = z.object({
  type: z.literal('agent-follow'),
  threadId: threadIdSchema,
  after: z.int().nonnegative(),
});
export type AgentFollowMessage = z.infer<typeof agentFollowSchema>;

/** It wants to hear no more of it. */
export const agentUnfollowSchema = z.object({ type: z.literal('agent-unfollow'), threadId: threadIdSchema });
export type AgentUnfollowMessage = z.infer<typeof agentUnfollowSchema>;

/** From now on it wants to be told by `agent-threads-changed`, also of what was changed before and it has not heard of. */
export const agentWatchSchema = z.object({ type: z.literal('agent-watch') });
export type AgentWatchMessage = z.infer<typeof agentWatchSchema>;
