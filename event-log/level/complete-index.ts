import {
  allEvents,
  eventKeyPrefix,
  indexKey,
  sequenceOfEventKey,
  streamEndKey,
  streamOfEventKey,
} from '../event-key.ts';
import { decodeIndexEntry, encodeIndexEntry } from './index-entry.ts';
import type { LevelStore } from './level-store.ts';

/**
 * Gives each stream that has events and, after a repair, no index entry a new one: without it the stream would begin
 * again at 1, over its own events. It seeks from stream to stream and reads no events.
 */
export async function completeIndex(store: LevelStore): Promise<void> {
  let range = allEvents;
  for (;;) {
    const key = await store.key(range, 'first');
    if (key === undefined) return;
    const stream = streamOfEventKey(key);
    const end = streamEndKey(eventKeyPrefix(stream));
    const entry = await store.get(indexKey(stream));
    if (!key.equals(end) && (entry === undefined || decodeIndexEntry(entry) === null)) {
      const first = sequenceOfEventKey(key);
      const value = encodeIndexEntry({ first, cleared: first - 1, listed: true });
      await store.write(
        [
          { type: 'put', key: indexKey(stream), value },
          { type: 'put', key: end, value: Buffer.alloc(0) },
        ],
        () => [],
        { sync: true },
      );
    }
    range = { ...range, gte: Buffer.concat([end, Buffer.of(0)]) };
  }
}
