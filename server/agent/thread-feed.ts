import type { EventLog } from '../../event-log/event-log.ts';
import type { Identity } from '../auth/identity.ts';
import type { AgentEventMessage, AgentProgressMessage } from '../wire/agent-event.ts';
import type { AgentTurnEvent } from '../wire/agent-turn-event.ts';
import type { AgentThreads } from './agent-threads.ts';
import { threadStream } from './agent-threads.ts';
import type { StoredTurnEvent } from './stored-turn-event.ts';
import { maySee, visibleThread } from './visible-thread.ts';

/** What happens in threads, for the pages that show them. */
export class ThreadFeed {
  readonly #log: EventLog;
  readonly #threads: () => Promise<AgentThreads>;
  readonly #progressListeners = new Set<(said: AgentProgressMessage) => void>();
  readonly #changeListeners = new Set<() => void>();

  constructor(log: EventLog, threads: () => Promise<AgentThreads>) {
    this.#log = log;
    this.#threads = threads;
  }

  /** @throws AgentApiError thread_not_found */
  async *follow(
    threadId: string,
    after: number,
    person: Identity,
    signal: AbortSignal,
  ): AsyncIterable<AgentEventMessage> {
    const threads = await this.#threads();
    visibleThread(threads, threadId, person);
    const until = new AbortController();
    const end = (): void => until.abort();
    const stopWatching = threads.onChange(() => {
      const thread = threads.get(threadId);
      if (thread === undefined || !maySee(thread, person)) end();
    });
    signal.addEventListener('abort', end);
    try {
      for await (const stored of this.#log.follow(threadStream(threadId), { after, signal: until.signal })) {
        const event = told(stored as StoredTurnEvent);
        const { sequence, time, actor } = stored;
        yield { type: 'agent-event', threadId, sequence, time, actor, event };
      }
    } finally {
      stopWatching();
      signal.removeEventListener('abort', end);
    }
  }

  onProgress(listener: (said: AgentProgressMessage) => void): () => void {
    this.#progressListeners.add(listener);
    return () => void this.#progressListeners.delete(listener);
  }

  onThreadsChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => void this.#changeListeners.delete(listener);
  }

  sayProgress(said: Omit<AgentProgressMessage, 'type'>): void {
    for (const listener of this.#progressListeners) listener({ type: 'agent-progress', ...said });
  }

  threadsChanged(): void {
    for (const listener of this.#changeListeners) listener();
  }
}

/** A stored event as pages are told it. */
function told(stored: StoredTurnEvent): AgentTurnEvent {
  switch (stored.type) {
    case 'turn-started': {
      const { turnId, modelId, question, context } = stored.data;
      return { type: stored.type, turnId, modelId, question: question.content, hasContext: context !== null };
    }
    case 'model-answered': {
      const { message, ...rest } = stored.data;
      const texts = message.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
      const calls = message.content.flatMap((part) => {
        if (part.type === 'text') return [];
        const { callId, toolName, argumentsText } = part;
        return [{ callId, toolName, argumentsText }];
      });
      return { type: stored.type, ...rest, text: texts.join('\n\n'), calls };
    }
    case 'tool-ended': {
      const { result, ...rest } = stored.data;
      return { type: stored.type, ...rest, ...result, details: shownDetails(result.details) };
    }
    case 'model-asked':
    case 'text-streamed':
    case 'model-failed':
    case 'approval-requested':
    case 'approval-given':
    case 'tool-started':
    case 'turn-ended':
    case 'turn-reverted':
      return { type: stored.type, ...stored.data } as AgentTurnEvent;
  }
}

/** Without what only taking it back needs, which may be long. */
function shownDetails(details: Readonly<Record<string, unknown>> | null): Record<string, unknown> | null {
  if (details === null) return null;
  return Object.fromEntries(Object.entries(details).filter(([key]) => key !== 'undo' && key !== 'seen'));
}
