import { CommittedStream } from '../committed-stream.ts';
import { eventKeyPrefix } from '../event-key.ts';
import { newEntry } from './index-entry.ts';
import type { IndexEntry } from './index-entry.ts';

/** What is in memory of a stream that is or was lately in use. */
export class StreamState {
  readonly name: string;
  readonly keyPrefix: Buffer;
  readonly committed = new CommittedStream();
  /** As in the store's index, if that has one. */
  entry: IndexEntry = newEntry;
  indexed = false;
  /** Until it is known what the store holds. */
  loading: Promise<void> | null = null;
  /** Appends on their way, readers, followers: as long as there are any, this is the stream's only state. */
  users = 0;

  constructor(name: string) {
    this.name = name;
    this.keyPrefix = eventKeyPrefix(name);
  }
}
