import type { CommittedStream } from './committed-stream.ts';
import { EventLogError } from './event-log.ts';
import type { StoredEvent } from './event.ts';
import type { RecordedEvent } from './recorded-event.ts';

/** One stream of a store, for somebody who reads it. */
export interface StreamSource {
  readonly name: string;
  readonly committed: CommittedStream;
  /** Stored records with after < sequence <= through, oldest first: as many as memory should hold, none if there are none. */
  page(after: number, through: number): Promise<readonly RecordedEvent[]>;
  /** Nobody reads any more. */
  release(): void;
}

/** The events behind `after` up to and including `through`, at most `limit`. Between pages it holds a position only. */
export async function* readStream(
  open: () => Promise<StreamSource>,
  after: number,
  through: number | Promise<number>,
  limit: number,
): AsyncGenerator<StoredEvent, void, undefined> {
  const end = await through;
  const source = await open();
  try {
    let position = after;
    let left = limit;
    while (left > 0) {
      position = Math.max(position, source.committed.first - 1);
      if (position >= end) return;
      const records = await source.page(position, end);
      assertNoneMissing(source, position, records[0]?.sequence ?? end + 1);
      for (const record of records) {
        assertNoneMissing(source, position, record.sequence);
        yield record.event();
        position = record.sequence;
        if (--left === 0) return;
      }
    }
  } finally {
    source.release();
  }
}

/**
 * What is stored behind `after`, then what is committed, as it is. Whoever waits is handed the next commit itself;
 * whoever was busy meanwhile reads on from the store. So nothing is queued for anybody.
 */
export async function* followStream(
  open: () => Promise<StreamSource>,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  const source = await open();
  const { committed } = source;
  try {
    let position = after;
    while (!signal.aborted) {
      position = Math.max(position, committed.first - 1);
      const caughtUp = position >= committed.last;
      const records = caughtUp ? await committed.next(signal) : await storedPage(source, position);
      if (records === null) return;
      for (const record of records) {
        if (signal.aborted) return;
        if (record.sequence <= position) continue;
        assertNoneMissing(source, position, record.sequence);
        yield record.event();
        position = record.sequence;
      }
    }
  } finally {
    source.release();
  }
}

async function storedPage(source: StreamSource, position: number): Promise<readonly RecordedEvent[] | null> {
  const through = source.committed.last;
  try {
    const records = await source.page(position, through);
    assertNoneMissing(source, position, records[0]?.sequence ?? through + 1);
    return records;
  } catch (error) {
    if (source.committed.ended) return null; // closing the log ends its followers, it does not fail them
    throw error;
  }
}

/** Sequences have no gaps but what was trimmed, perhaps while it was being read. */
function assertNoneMissing(source: StreamSource, position: number, next: number): void {
  const expected = Math.max(position + 1, source.committed.first);
  if (next <= expected) return;
  const missing = next - 1 === expected ? `Event ${expected} is` : `Events ${expected} to ${next - 1} are`;
  throw new EventLogError('EVENT_LOG_DAMAGED', `${missing} missing from stream ${source.name}.`, {
    position: { stream: source.name, sequence: next - 1 },
  });
}
