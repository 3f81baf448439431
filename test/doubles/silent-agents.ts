import type { AgentFeed } from '../../server/live/page-agents.ts';

/** A server on which nobody talks with a model. */
export const silentAgents: AgentFeed = {
  follow: (_threadId, _after, _person, signal) => nothingUntil(signal),
  onProgress: () => () => undefined,
  onThreadsChange: () => () => undefined,
};

// eslint-disable-next-line require-yield -- there is nothing to tell
async function* nothingUntil(signal: AbortSignal): AsyncGenerator<never> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
