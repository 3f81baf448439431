import { EventLogError } from '../event-log/event-log.ts';
import type { EventLog } from '../event-log/event-log.ts';

/** A line for so many events, so that whoever waits sees that it goes on. */
const PROGRESS_EVENTS = 10_000;

/** What `answerLines` says of a log that is read as a whole, a line each. */
export type VerifyLine =
  | { readonly stream: string; readonly read: number }
  | { readonly stream: string; readonly events: number }
  /** `code` as in EventLogError. Reading goes on behind it, but for damage of the store itself (`sequence` null). */
  | {
      readonly stream: string;
      readonly sequence: number | null;
      readonly code: string;
      readonly unreadable: string;
    };

/** Reads every event of every stream, which checks its checksum and that none is missing before it. */
export async function* verifyLines(log: EventLog, signal: AbortSignal): AsyncIterable<string> {
  for await (const stream of log.streams())
    for await (const line of verifyStream(log, stream)) {
      if (signal.aborted) return;
      yield JSON.stringify(line);
    }
}

async function* verifyStream(log: EventLog, stream: string): AsyncIterable<VerifyLine> {
  let after = 0;
  let events = 0;
  for (;;) {
    try {
      for await (const event of log.read(stream, { after })) {
        after = event.sequence;
        events += 1;
        if (events % PROGRESS_EVENTS === 0) yield { stream, read: events };
      }
      yield { stream, events };
      return;
    } catch (error) {
      if (!(error instanceof EventLogError) || error.code === 'EVENT_LOG_CLOSED') throw error;
      const { code, message, position } = error;
      if (position === null || position.sequence <= after) {
        const unreadable = `Stream ${stream} cannot be read from event ${after + 1} on: ${message}`;
        yield { stream, sequence: null, code, unreadable };
        return;
      }
      after = position.sequence;
      yield { stream, sequence: after, code, unreadable: message };
    }
  }
}
