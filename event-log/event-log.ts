import type { NewEvent, StoredEvent } from './event.ts';

/** What a resolved append survives: the end of any process, or a power cut too. */
export type Durability = 'process' | 'disk';

export type EventLogErrorCode =
  | 'EVENT_LOG_CONFLICT' // the stream's last sequence is not the expected one
  | 'EVENT_LOG_CLOSED'
  | 'EVENT_LOG_LOCKED' // another process has the directory open
  | 'EVENT_LOG_DAMAGED' // a stored event is missing, does not match its checksum, or cannot be read
  | 'EVENT_LOG_UNKNOWN_EVENT' // a newer version of this program stored an event of a type or version unknown here
  | 'EVENT_LOG_DISK_FULL'
  | 'EVENT_LOG_IO_FAILED' // the disk or its file system refused, for another reason than being full
  | 'EVENT_LOG_UNREADABLE'; // the store itself cannot be opened

/** Where in the log something is wrong. Reading goes on behind it with `after: position.sequence`. */
export interface EventPosition {
  readonly stream: string;
  readonly sequence: number;
}

export class EventLogError extends Error {
  readonly code: EventLogErrorCode;
  /** With EVENT_LOG_DAMAGED and EVENT_LOG_UNKNOWN_EVENT, if it is known. */
  readonly position: EventPosition | null;

  constructor(
    code: EventLogErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly position?: EventPosition },
  ) {
    super(message, options);
    this.name = 'EventLogError';
    this.code = code;
    this.position = options?.position ?? null;
  }
}

export interface StreamAppend {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

export interface AppendOptions {
  /** The append is refused unless the stream ends there. */
  readonly expectedSequence?: number;
  /** What is committed to other streams with it: all of it or nothing. */
  readonly together?: readonly StreamAppend[];
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
   * Appends all of `events` to one stream, together or not at all, and answers the sequence of the last one. What
   * `together` has for other streams shares that fate.
   * Appends to a stream are committed in the order of the calls. The events are encoded in the call: their buffers
   * may be reused after it. What was appended and is not yet written is held in memory, so whoever appends faster
   * than the disk writes must await.
   * @throws EventLogError EVENT_LOG_CONFLICT if `expectedSequence` is given and is not the stream's last sequence;
   * EVENT_LOG_DISK_FULL and EVENT_LOG_IO_FAILED if nothing was committed; EVENT_LOG_CLOSED.
   */
  append(stream: string, events: readonly NewEvent[], options?: AppendOptions): Promise<number>;

  /**
   * The committed events of a stream at the time of the call, oldest first.
   * @throws EventLogError (when iterated) EVENT_LOG_DAMAGED, EVENT_LOG_UNKNOWN_EVENT, EVENT_LOG_CLOSED
   */
  read(stream: string, options?: ReadOptions): AsyncIterable<StoredEvent>;

  /**
   * What `read` gives, then each further event as it is committed, until the signal is aborted or the log closed.
   * However slow the consumer is, it holds a position and what was read last, never a queue.
   */
  follow(
    stream: string,
    options: { readonly after?: number; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent>;

  /** The sequence of the stream's last event; 0 for one that has none. */
  lastSequence(stream: string): Promise<number>;

  /** The names of the streams that start with `prefix` and hold an event, in order of their code points. */
  streams(prefix?: string): AsyncIterable<string>;

  /**
   * Roughly what a stream's events up to and including `through` (all, by default) take in the store, in bytes: cheap,
   * however many they are. The last megabytes that were appended may be missing.
   */
  storedBytes(stream: string, through?: number): Promise<number>;

  /** Removes a stream's events up to and including `through`; sequences go on as if nothing was removed. */
  trim(stream: string, through: number): Promise<void>;

  /** Commits what was appended, ends all followers, and lets go of the store. Idempotent. */
  close(): Promise<void>;
}
