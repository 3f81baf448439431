import type { EventLog, StreamAppend } from '../../event-log/event-log.ts';
import type { NewEvent, StoredEvent } from '../../event-log/event.ts';
import type { AgentThreadEvent } from '../../event-log/events/agent-thread.ts';

const STREAM = 'agent-threads';
/** So many events more than there are threads, and they are listed anew. */
const SPARE_EVENTS = 1000;

type Listed = Extract<AgentThreadEvent, { type: 'agent-threads-listed' }>['data'];
export type OpenTurn = Listed['openTurns'][number];
type Thread = Listed['threads'][number]['thread'];

/** A conversation with a model. */
export interface ThreadRecord extends Thread {
  /** Milliseconds since the epoch; `usedAt`: when its last turn began, or it was made. */
  readonly createdAt: number;
  readonly usedAt: number;
}

/** Which conversations there are and which turns are under way: the stream `agent-threads`, in memory. */
export class AgentThreads {
  readonly #log: EventLog;
  readonly #records = new Map<string, ThreadRecord>();
  readonly #openTurns = new Map<string, OpenTurn>();
  readonly #listeners = new Set<() => void>();
  #events = 0;

  private constructor(log: EventLog) {
    this.#log = log;
  }

  /** @throws EventLogError */
  static async load(log: EventLog): Promise<AgentThreads> {
    const threads = new AgentThreads(log);
    for await (const event of log.read(STREAM))
      threads.#evolve(event as StoredEvent & AgentThreadEvent, event.time);
    return threads;
  }

  all(): Iterable<ThreadRecord> {
    return this.#records.values();
  }

  get(threadId: string): ThreadRecord | undefined {
    return this.#records.get(threadId);
  }

  openTurns(): readonly OpenTurn[] {
    return [...this.#openTurns.values()];
  }

  /** Told of after each change of what `all` and `openTurns` give. @returns what ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  create(thread: Thread, actor: string): Promise<void> {
    return this.#append({ type: 'agent-thread-created', version: 1, data: thread }, actor);
  }

  change(
    change: { readonly threadId: string; readonly title: string; readonly isPrivate: boolean },
    actor: string,
  ): Promise<void> {
    return this.#append({ type: 'agent-thread-changed', version: 1, data: change }, actor);
  }

  /** What was said in it goes with it. */
  async delete(threadId: string, actor: string): Promise<void> {
    await this.#append({ type: 'agent-thread-deleted', version: 1, data: { threadId } }, actor);
    const stream = threadStream(threadId);
    await this.#log.trim(stream, await this.#log.lastSequence(stream));
  }

  /** @param started the first events of the turn, in its thread, committed together with this */
  openTurn(turn: OpenTurn, started: readonly NewEvent[]): Promise<void> {
    const together = [{ stream: threadStream(turn.threadId), events: started }];
    return this.#append(
      { type: 'agent-turn-opened', version: 1, data: turn },
      turn.person.username,
      together,
    );
  }

  /** @param ended the last events of the turn, likewise */
  closeTurn({ threadId, turnId }: OpenTurn, ended: readonly NewEvent[]): Promise<void> {
    const together = [{ stream: threadStream(threadId), events: ended }];
    const event = { type: 'agent-turn-closed', version: 1, data: { threadId, turnId } } as const;
    return this.#append(event, 'server', together);
  }

  async #append(
    event: AgentThreadEvent,
    actor: string,
    together: readonly StreamAppend[] = [],
  ): Promise<void> {
    const events = [{ ...event, actor, causedBy: null, frames: [] }];
    await this.#log.append(STREAM, events, { together });
    this.#evolve(event, Date.now());
    for (const listener of this.#listeners) listener();
    if (this.#events > 2 * this.#records.size + SPARE_EVENTS) await this.#list();
  }

  /** Says all of it in one event, and forgets how it came to that. */
  async #list(): Promise<void> {
    this.#events = 1;
    const threads = [...this.#records.values()].map(({ createdAt, usedAt, ...thread }) => ({
      thread,
      createdAt,
      usedAt,
    }));
    const data: Listed = { threads, openTurns: [...this.#openTurns.values()] };
    const sequence = await this.#log.append(STREAM, [
      { type: 'agent-threads-listed', version: 1, data, actor: 'server', causedBy: null, frames: [] },
    ]);
    await this.#log.trim(STREAM, sequence - 1);
  }

  #evolve(event: AgentThreadEvent, time: number): void {
    this.#events += 1;
    switch (event.type) {
      case 'agent-thread-created':
        this.#records.set(event.data.threadId, { ...event.data, createdAt: time, usedAt: time });
        return;
      case 'agent-thread-changed':
        return this.#change(event.data.threadId, event.data);
      case 'agent-thread-deleted':
        this.#records.delete(event.data.threadId);
        for (const { turnId, threadId } of this.#openTurns.values())
          if (threadId === event.data.threadId) this.#openTurns.delete(turnId);
        return;
      case 'agent-turn-opened':
        this.#openTurns.set(event.data.turnId, event.data);
        return this.#change(event.data.threadId, { usedAt: time });
      case 'agent-turn-closed':
        this.#openTurns.delete(event.data.turnId);
        return;
      case 'agent-threads-listed':
        this.#records.clear();
        this.#openTurns.clear();
        for (const { thread, ...times } of event.data.threads)
          this.#records.set(thread.threadId, { ...thread, ...times });
        for (const turn of event.data.openTurns) this.#openTurns.set(turn.turnId, turn);
        return;
      case 'agent-policy-set':
        return;
    }
  }

  #change(threadId: string, change: Partial<ThreadRecord>): void {
    const record = this.#records.get(threadId);
    if (record !== undefined) this.#records.set(threadId, { ...record, ...change });
  }
}

export function threadStream(threadId: string): string {
  return `agent-thread:${threadId}`;
}
