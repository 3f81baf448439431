import type { NewEvent, StoredEvent } from '../event-log/event.ts';
import type { AppendOptions, EventLog, ReadOptions } from '../event-log/event-log.ts';

/** An event log that knows how many events went into it, for the metrics. */
export class CountedEventLog implements EventLog {
  #appended = 0;

  constructor(private readonly log: EventLog) {}

  get appended(): number {
    return this.#appended;
  }

  append(stream: string, events: readonly NewEvent[], options?: AppendOptions): Promise<number> {
    const beside = options?.together ?? [];
    this.#appended += beside.reduce((sum, part) => sum + part.events.length, events.length);
    return this.log.append(stream, events, options);
  }

  read(stream: string, options?: ReadOptions): AsyncIterable<StoredEvent> {
    return this.log.read(stream, options);
  }

  follow(
    stream: string,
    options: { readonly after?: number; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent> {
    return this.log.follow(stream, options);
  }

  lastSequence(stream: string): Promise<number> {
    return this.log.lastSequence(stream);
  }

  streams(prefix?: string): AsyncIterable<string> {
    return this.log.streams(prefix);
  }

  storedBytes(stream: string, through?: number): Promise<number> {
    return this.log.storedBytes(stream, through);
  }

  trim(stream: string, through: number): Promise<void> {
    return this.log.trim(stream, through);
  }

  close(): Promise<void> {
    return this.log.close();
  }
}
