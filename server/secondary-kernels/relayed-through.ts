import type { EventLog } from '../../event-log/event-log.ts';
import { eventsBackwards, readableEvents } from '../readable-events.ts';

/** What a kernel said last is looked for in so much of its notebook's stream. */
const LOOKED_THROUGH = 10_000;

export interface RelayedThrough {
  /** In the kernel's own stream. */
  readonly sequence: number;
  /** The request that the last message was of; null where nothing was relayed. */
  readonly requestId: string | null;
}

/**
 * Up to where a server that ended had a kernel's words said again in its notebook's stream. The log alone tells: what was
 * said again has that kernel as its actor, and its message ids.
 */
export async function relayedThrough(
  log: EventLog,
  kernelId: string,
  primaryId: string,
): Promise<RelayedThrough> {
  const stream = `kernel/${kernelId}`;
  const last = await lastRelayed(log, kernelId, primaryId);
  if (last === 'unknown') return { sequence: await log.lastSequence(stream), requestId: null };
  if (last === null) return { sequence: 0, requestId: null };
  const { messageId, requestId } = last;
  for await (const { type, data, sequence } of eventsBackwards(log, stream, await log.lastSequence(stream)))
    if (type === 'kernel-message' && data.messageId === messageId) return { sequence, requestId };
  // It was trimmed, and so all before it.
  return { sequence: 0, requestId };
}

async function lastRelayed(
  log: EventLog,
  kernelId: string,
  primaryId: string,
): Promise<{ readonly messageId: string; readonly requestId: string | null } | 'unknown' | null> {
  let looked = 0;
  const stream = `kernel/${primaryId}`;
  const end = await log.lastSequence(stream);
  for await (const { type, data, actor, causedBy } of eventsBackwards(log, stream, end)) {
    if (type === 'kernel-message' && actor === `kernel:${kernelId}`)
      return { messageId: data.messageId, requestId: causedBy };
    if ((looked += 1) > LOOKED_THROUGH) return 'unknown';
  }
  return null;
}

/** The requests of a session that a kernel was sent behind a sequence. */
export async function requestsBehind(
  log: EventLog,
  kernelId: string,
  { after, through, session }: { readonly after: number; readonly through: number; readonly session: string },
): Promise<string[]> {
  const requests: string[] = [];
  for await (const { type, data } of readableEvents(log, `kernel/${kernelId}`, after, through))
    if (type === 'execution-requested' && data.session === session) requests.push(data.messageId);
  return requests;
}
