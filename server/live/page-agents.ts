import type { Identity } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import type { AgentEventMessage, AgentProgressMessage } from '../wire/agent-event.ts';
import type { PageConnection } from './page-connection.ts';

/** What happens in conversations with models. */
export interface AgentFeed {
  /**
   * The events of a conversation behind `after`, then each further one once it is in the log. It ends where the conversation does.
   * @throws HttpError (when iterated) 403, 404
   */
  follow(
    threadId: string,
    after: number,
    person: Identity,
    signal: AbortSignal,
  ): AsyncIterable<AgentEventMessage>;
  /** Told of what tools say while they are at work, in any conversation. @returns what ends it */
  onProgress(listener: (said: AgentProgressMessage) => void): () => void;
  /** Told whenever there are other conversations than before, or others at work. @returns what ends it */
  onThreadsChange(listener: () => void): () => void;
}

/** More than a page shows at once. */
const MOST_FOLLOWED = 50;

/** The conversations that one page follows. */
export class PageAgents {
  readonly #feed: AgentFeed;
  readonly #person: Identity;
  readonly #connection: PageConnection;
  readonly #logger: Logger;
  readonly #followed = new Map<string, AbortController>();
  readonly #endings: (() => void)[] = [];
  #isWatching = false;

  constructor(feed: AgentFeed, person: Identity, connection: PageConnection, logger: Logger) {
    this.#feed = feed;
    this.#person = person;
    this.#connection = connection;
    this.#logger = logger;
  }

  follow(threadId: string, after: number): void {
    if (this.#followed.has(threadId)) return;
    if (this.#followed.size >= MOST_FOLLOWED)
      return this.#unavailable(threadId, 'This page follows too many.');
    if (this.#followed.size === 0 && this.#endings.length === 0)
      this.#endings.push(this.#feed.onProgress((said) => this.#progress(said)));
    const following = new AbortController();
    this.#followed.set(threadId, following);
    void this.#tell(threadId, after, following.signal).finally(() => {
      if (this.#followed.get(threadId) === following) this.#followed.delete(threadId);
    });
  }

  unfollow(threadId: string): void {
    this.#followed.get(threadId)?.abort();
    this.#followed.delete(threadId);
  }

  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#endings.push(
      this.#feed.onThreadsChange(() => this.#connection.send({ type: 'agent-threads-changed' })),
    );
    this.#connection.send({ type: 'agent-threads-changed' });
  }

  /** The page is gone. Idempotent. */
  close(): void {
    for (const following of this.#followed.values()) following.abort();
    for (const end of this.#endings.splice(0)) end();
  }

  /** One after the other has left before the next is read: a page that reads slowly holds a position, and no queue. */
  async #tell(threadId: string, after: number, signal: AbortSignal): Promise<void> {
    try {
      for await (const message of this.#feed.follow(threadId, after, this.#person, signal)) {
        if (signal.aborted || this.#connection.isClosed) return;
        await this.#connection.sendInTurn(message);
      }
      if (!signal.aborted) this.#unavailable(threadId, 'The conversation was deleted.');
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof HttpError))
        this.#logger.error({ err: error, thread: threadId }, 'A conversation cannot be read');
      this.#unavailable(threadId, error instanceof Error ? error.message : String(error));
    }
  }

  #progress(said: AgentProgressMessage): void {
    if (this.#followed.has(said.threadId)) this.#connection.send(said);
  }

  #unavailable(threadId: string, message: string): void {
    this.#connection.send({ type: 'agent-unavailable', threadId, message });
  }
}
