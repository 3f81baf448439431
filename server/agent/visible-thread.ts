import type { Identity } from '../auth/identity.ts';
import { AgentApiError } from './agent-error.ts';
import type { AgentThreads, ThreadRecord } from './agent-threads.ts';

/** A private thread is its owner's alone; others are told that there is none. */
export function maySee(thread: ThreadRecord, { username }: Identity): boolean {
  return !thread.isPrivate || thread.owner === username;
}

/** @throws AgentApiError thread_not_found */
export function visibleThread(threads: AgentThreads, threadId: string, person: Identity): ThreadRecord {
  const thread = threads.get(threadId);
  if (thread !== undefined && maySee(thread, person)) return thread;
  throw new AgentApiError(
    'thread_not_found',
    'There is no such conversation, or it is private.',
    'GET /api/in-the-loop/v1/agent/threads lists those that you may see.',
  );
}
