import type { Logger } from 'pino';
import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import type { StoredEvent } from '../../event-log/event.ts';
import type { Session } from './session-model.ts';

export const SESSIONS_STREAM = 'sessions';

/** Fewer events than this are not worth being written anew. */
const COMPACTED_FROM = 200;

type SessionData = Extract<StoredEvent, { type: 'session-created' }>['data'];

/**
 * The sessions that were not deleted, in order. A stream that has grown long is made short again: they are appended anew,
 * and what was before is removed.
 * @throws EventLogError if the log cannot be read at all
 */
export async function restoreSessions(log: EventLog, logger: Logger): Promise<Session[]> {
  const sessions = new Map<string, Session>();
  const last = await log.lastSequence(SESSIONS_STREAM);
  let events = 0;
  for (let after = 0; after < last;) {
    try {
      for await (const event of log.read(SESSIONS_STREAM, { after })) {
        after = event.sequence;
        events += 1;
        follow(sessions, event);
      }
      break;
    } catch (error) {
      const unreadable = error instanceof EventLogError ? (error.position?.sequence ?? 0) : 0;
      if (unreadable <= after) throw error;
      logger.error({ err: error }, 'What became of a session cannot be read, and is passed over');
      after = unreadable;
    }
  }
  const live = [...sessions.values()];
  if (events - live.length >= COMPACTED_FROM) await compact(log, logger, live, last);
  return live;
}

export function dataOf({ id, path, name, type, kernelId }: Session): SessionData {
  return { sessionId: id, path, name: name ?? '', type, kernelId };
}

function follow(sessions: Map<string, Session>, event: StoredEvent): void {
  if (event.type === 'session-deleted') sessions.delete(event.data.sessionId);
  if (event.type !== 'session-created' && event.type !== 'session-changed') return;
  const { sessionId, path, name, type, kernelId } = event.data;
  sessions.set(sessionId, { id: sessionId, path, name, type, kernelId });
}

/** A crash between the two steps leaves each session twice, which is the same. */
async function compact(
  log: EventLog,
  logger: Logger,
  live: readonly Session[],
  through: number,
): Promise<void> {
  const created = live.map((session) => ({
    type: 'session-created' as const,
    version: 1 as const,
    data: dataOf(session),
    actor: 'server',
    causedBy: null,
    frames: [],
  }));
  try {
    if (created.length > 0) await log.append(SESSIONS_STREAM, created);
    await log.trim(SESSIONS_STREAM, through);
  } catch (error) {
    logger.warn({ err: error }, 'The record of sessions stays long: it could not be written anew');
  }
}
