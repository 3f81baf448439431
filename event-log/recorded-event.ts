import { EventLogError } from './event-log.ts';
import { decodeRecord, RecordError } from './event-record.ts';
import type { StoredEvent } from './event.ts';
import { EventParseError, parseEvent } from './events/parse-event.ts';

/** A committed event as bytes, made into an object when somebody wants it: once for all followers that share it. */
export class RecordedEvent {
  readonly stream: string;
  readonly sequence: number;
  readonly #record: Buffer;
  #event: StoredEvent | null = null;

  constructor(stream: string, sequence: number, record: Buffer) {
    this.stream = stream;
    this.sequence = sequence;
    this.#record = record;
  }

  /** @throws EventLogError EVENT_LOG_DAMAGED, EVENT_LOG_UNKNOWN_EVENT */
  event(): StoredEvent {
    return (this.#event ??= this.#decode());
  }

  #decode(): StoredEvent {
    const { stream, sequence } = this;
    try {
      const { envelope, frames } = decodeRecord(this.#record);
      const { event, time, actor, causedBy } = parseEvent(envelope);
      return { ...event, actor, causedBy, frames, stream, sequence, time };
    } catch (error) {
      if (!(error instanceof RecordError || error instanceof EventParseError)) throw error;
      const code =
        error instanceof EventParseError && error.reason === 'unknown'
          ? 'EVENT_LOG_UNKNOWN_EVENT'
          : 'EVENT_LOG_DAMAGED';
      throw new EventLogError(
        code,
        `Event ${sequence} of stream ${stream} cannot be read: ${error.message}.`,
        {
          cause: error,
          position: { stream, sequence },
        },
      );
    }
  }
}
