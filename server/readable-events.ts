import type { EventLog } from '../event-log/event-log.ts';
import { EventLogError } from '../event-log/event-log.ts';
import type { StoredEvent } from '../event-log/event.ts';

/** Read at once on the way back. */
const CHUNK = 500;

/**
 * What can be read of a stream behind `after`; one event that cannot be must not hide those behind it.
 * @throws EventLogError if the log cannot be read at all
 */
export async function* readableEvents(
  log: EventLog,
  stream: string,
  after: number,
  through: number,
): AsyncIterable<StoredEvent> {
  let from = after;
  while (from < through) {
    try {
      for await (const event of log.read(stream, { after: from, limit: through - from })) {
        if (event.sequence > through) return;
        from = event.sequence;
        yield event;
      }
      return;
    } catch (error) {
      const unreadable = error instanceof EventLogError ? (error.position?.sequence ?? 0) : 0;
      if (unreadable <= from) throw error;
      from = unreadable;
    }
  }
}

/**
 * The same from `last` on backwards, for a stream may be long, and all that counts is usually at its end.
 * @throws EventLogError if the log cannot be read at all
 */
export async function* eventsBackwards(
  log: EventLog,
  stream: string,
  last: number,
): AsyncIterable<StoredEvent> {
  for (let through = last; through > 0; through -= CHUNK) {
    const chunk: StoredEvent[] = [];
    for await (const event of readableEvents(log, stream, Math.max(0, through - CHUNK), through))
      chunk.push(event);
    // What is before was trimmed.
    if (chunk.length === 0) return;
    yield* chunk.reverse();
  }
}
