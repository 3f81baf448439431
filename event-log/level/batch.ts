import { eventKey, indexKey, streamEndKey } from '../event-key.ts';
import { RecordedEvent } from '../recorded-event.ts';
import { encodeIndexEntry } from './index-entry.ts';
import type { IndexEntry } from './index-entry.ts';
import type { WriteOperation } from './level-store.ts';
import type { StreamState } from './stream-state.ts';

const nothing = Buffer.alloc(0);

interface Plan {
  last: number;
  entry: IndexEntry;
  entryChanged: boolean;
  readonly records: Buffer[];
}

/** What is written together, and what it makes of its streams: their states change when it is committed, not before. */
export class Batch {
  readonly operations: WriteOperation[] = [];
  readonly #plans = new Map<StreamState, Plan>();

  /** The stream's last sequence after what is in this batch so far. */
  last(state: StreamState): number {
    return this.#plans.get(state)?.last ?? state.committed.last;
  }

  /** Answers the sequence of the last record. */
  append(state: StreamState, records: readonly Buffer[]): number {
    const plan = this.#plan(state);
    if (!plan.entry.listed && records.length > 0) this.#setEntry(state, { ...plan.entry, listed: true });
    for (const record of records) {
      plan.last += 1;
      plan.records.push(record);
      this.operations.push({ type: 'put', key: eventKey(state.keyPrefix, plan.last), value: record });
    }
    return plan.last;
  }

  /** From now on the stream begins behind `through`. Its events are deleted later, when this can no more fail. */
  trim(state: StreamState, through: number): void {
    const { last, entry } = this.#plan(state);
    const first = Math.min(through, last) + 1;
    if (first > entry.first) this.#setEntry(state, { ...entry, first, listed: last >= first });
  }

  /** Deletes trimmed events. */
  clear(state: StreamState, after: number, through: number): void {
    for (let sequence = after + 1; sequence <= through; sequence++) {
      this.operations.push({ type: 'del', key: eventKey(state.keyPrefix, sequence) });
    }
    const { entry } = this.#plan(state);
    this.#setEntry(state, { ...entry, cleared: Math.max(entry.cleared, through) });
  }

  /** What takes it back, should it have reached the disk although writing it failed. */
  *undo(): Iterable<WriteOperation> {
    for (const [state, plan] of this.#plans) {
      const key = indexKey(state.name);
      if (state.indexed) yield { type: 'put', key, value: encodeIndexEntry(state.entry) };
      else yield* [key, streamEndKey(state.keyPrefix)].map((each) => ({ type: 'del' as const, key: each }));
      for (let sequence = state.committed.last + 1; sequence <= plan.last; sequence++) {
        yield { type: 'del', key: eventKey(state.keyPrefix, sequence) };
      }
    }
  }

  /** It is written. */
  committed(): void {
    for (const [state, plan] of this.#plans) {
      if (plan.entryChanged) {
        state.entry = plan.entry;
        state.indexed = true;
        state.committed.trim(plan.entry.first);
      }
      if (plan.records.length === 0) continue;
      const before = state.committed.last;
      state.committed.commit(plan.last, () =>
        plan.records.map((record, index) => new RecordedEvent(state.name, before + 1 + index, record)),
      );
    }
  }

  #plan(state: StreamState): Plan {
    let plan = this.#plans.get(state);
    if (plan === undefined) {
      plan = { last: state.committed.last, entry: state.entry, entryChanged: false, records: [] };
      this.#plans.set(state, plan);
    }
    return plan;
  }

  #setEntry(state: StreamState, entry: IndexEntry): void {
    const plan = this.#plan(state);
    if (!state.indexed && !plan.entryChanged) {
      this.operations.push({ type: 'put', key: streamEndKey(state.keyPrefix), value: nothing });
    }
    plan.entry = entry;
    plan.entryChanged = true;
    this.operations.push({ type: 'put', key: indexKey(state.name), value: encodeIndexEntry(entry) });
  }
}
