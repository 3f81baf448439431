import { EventLogError } from '../event-log/event-log.ts';
import type { EventLog } from '../event-log/event-log.ts';
import type { StoredEvent } from '../event-log/event.ts';
import { storedEventLine } from './stored-event-line.ts';
import { verifyLines } from './verify-lines.ts';

/** What `in-the-loop log` and `doctor` show: the same lines whether the running server or the command reads the log. */
export type LogQuestion =
  | { readonly ask: 'streams' }
  | { readonly ask: 'verify' }
  | { readonly ask: 'events'; readonly stream: string; readonly follow: boolean };

/** JSON lines without line ends, as they come; ends when all is said, or at the abort of one that follows. */
export function answerLines(
  log: EventLog,
  question: LogQuestion,
  signal: AbortSignal,
): AsyncIterable<string> {
  switch (question.ask) {
    case 'streams':
      return streamLines(log);
    case 'verify':
      return verifyLines(log, signal);
    case 'events':
      return eventLines(log, question, signal);
  }
}

async function* streamLines(log: EventLog): AsyncIterable<string> {
  for await (const stream of log.streams()) {
    yield JSON.stringify({ stream, lastSequence: await log.lastSequence(stream) });
  }
}

async function* eventLines(
  log: EventLog,
  { stream, follow }: { readonly stream: string; readonly follow: boolean },
  signal: AbortSignal,
): AsyncIterable<string> {
  let after = 0;
  for (;;) {
    const events: AsyncIterable<StoredEvent> = follow
      ? log.follow(stream, { after, signal })
      : log.read(stream, { after });
    try {
      for await (const event of events) {
        after = event.sequence;
        yield storedEventLine(event);
        if (signal.aborted) return;
      }
      return;
    } catch (error) {
      // One event that cannot be read must not hide those behind it.
      if (!(error instanceof EventLogError) || error.position === null) throw error;
      if (error.position.sequence <= after) throw error;
      after = error.position.sequence;
      yield JSON.stringify({ stream, sequence: after, unreadable: error.message });
    }
  }
}
