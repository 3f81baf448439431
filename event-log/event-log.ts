import type { NewEvent, StoredEvent } from './event.ts';

export type EventLogErrorCode =
  | 'EVENT_LOG_CONFLICT' // the stream's last sequence is not the expected one
  | 'EVENT_LOG_CLOSED'
  | 'EVENT_LOG_LOCKED' // another process has the directory open
  | 'EVENT_LOG_DAMAGED' // a stored event does not match its checksum, or cannot be read
  | 'EVENT_LOG_DISK_FULL'
  | 'EVENT_LOG_UNREADABLE'; // the store itself cannot be opened

export class EventLogError extends Error {
  constructor(
    readonly code: EventLogErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'EventLogError';
  }
}

export interface ReadOptions {
  /** Only events with a greater sequence; 0 (all) by default. */
  readonly after?: number;
  /** At most so many. */
  readonly limit?: number;
}

/**
 * What happened, in order, in named streams. A resolved `append` is the commit (I1): the events survive the crash
 * of any process from then on, and readers and followers may see them.
 */
export interface EventLog {
  /**
   * Appends all of `events` to one stream, together or not at all, and answers the sequence of the last one.
   * Appends to a stream are committed in the order of the calls.
   * @throws EventLogError EVENT_LOG_CONFLICT if `expectedSequence` is given and is not the stream's last sequence.
   */
  append(
    stream: string,
    events: readonly NewEvent[],
    options?: { readonly expectedSequence?: number },
  ): Promise<number>;

  /** The committed events of a stream at the time of the call, oldest first. */
  read(stream: string, options?: ReadOptions): AsyncIterable<StoredEvent>;

  /** What `read` gives, then each further event as it is committed, until the signal is aborted or the log closed. */
  follow(
    stream: string,
    options: { readonly after?: number; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent>;

  /** The sequence of the stream's last event; 0 for one that has none. */
  lastSequence(stream: string): Promise<number>;

  /** The names of the streams that start with `prefix` and hold an event, in order. */
  streams(prefix?: string): AsyncIterable<string>;

  /** Removes a stream's events up to and including `through`; sequences go on as if nothing was removed. */
  trim(stream: string, through: number): Promise<void>;

  /** Commits what was appended, ends all followers, and lets go of the store. Idempotent. */
  close(): Promise<void>;
}
