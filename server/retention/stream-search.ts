import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';

interface Within {
  readonly from: number;
  readonly through: number;
}

interface Place {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** @returns null for a stream that holds none that can be read */
export function firstEvent(log: EventLog, stream: string): Promise<Place | null> {
  return eventFrom(log, stream, 1);
}

/** The last sequence whose event was stored before a time, or the one before `from`: by halves, for times only grow. */
export async function lastSequenceBefore(
  log: EventLog,
  stream: string,
  time: number,
  { from, through }: Within,
): Promise<number> {
  let [low, high] = [from - 1, through];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const place = await eventFrom(log, stream, middle);
    if (place !== null && place.time < time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first sequence up to which the events take so many bytes, or `through`. */
export async function lastSequenceWithin(
  log: EventLog,
  stream: string,
  bytes: number,
  { from, through }: Within,
): Promise<number> {
  let [low, high] = [from, through];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await log.storedBytes(stream, middle)) >= bytes) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The event at a sequence, or the next one that can be read. */
async function eventFrom(log: EventLog, stream: string, sequence: number): Promise<Place | null> {
  let after = sequence - 1;
  for (;;) {
    try {
      for await (const event of log.read(stream, { after, limit: 1 })) return event;
      return null;
    } catch (error) {
      const damaged = error instanceof EventLogError ? (error.position?.sequence ?? 0) : 0;
      if (damaged <= after) throw error;
      after = damaged;
    }
  }
}
