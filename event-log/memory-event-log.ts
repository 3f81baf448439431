/* eslint-disable @typescript-eslint/require-await -- all is done within the call; only the interface waits */
import { CommittedStream } from './committed-stream.ts';
import { EventLogError } from './event-log.ts';
import type { AppendOptions, EventLog, ReadOptions } from './event-log.ts';
import { indexKey } from './event-key.ts';
import { encodeRecord } from './event-record.ts';
import type { NewEvent, StoredEvent } from './event.ts';
import { followStream, readStream } from './read-stream.ts';
import type { StreamSource } from './read-stream.ts';
import { RecordedEvent } from './recorded-event.ts';

const PAGE_EVENTS = 256;

interface MemoryStream {
  readonly committed: CommittedStream;
  /** Where streams sort, and the proof that the name is well-formed. */
  readonly key: Buffer;
  /** Encoded as on disk, so that nothing passes here which the disk would refuse; from `committed.first` on. */
  readonly records: Buffer[];
}

interface AddedRecords {
  readonly name: string;
  readonly stream: MemoryStream;
  readonly added: readonly Buffer[];
}

/** The log as a process's own memory: for tests and for what needs no tomorrow. */
export class MemoryEventLog implements EventLog {
  readonly #streams = new Map<string, MemoryStream>();
  #closed = false;

  async append(name: string, events: readonly NewEvent[], options?: AppendOptions): Promise<number> {
    this.#assertOpen();
    const time = Date.now();
    const parts = [{ stream: name, events }, ...(options?.together ?? [])].map((part) => ({
      name: part.stream,
      stream: this.#stream(part.stream),
      added: part.events.map((event) => encodeRecord(event, time)),
    }));
    const { committed } = this.#stream(name);
    const expected = options?.expectedSequence;
    if (expected !== undefined && expected !== committed.last) throw conflict(name, expected, committed.last);
    for (const { stream, added } of parts) stream.records.push(...added);
    for (const part of parts) if (part.added.length > 0) commit(part);
    return committed.last;
  }

  read(name: string, options: ReadOptions = {}): AsyncIterable<StoredEvent> {
    const through = this.lastSequence(name);
    through.catch(() => undefined); // whoever iterates is told
    return readStream(() => this.#source(name), options.after ?? 0, through, options.limit ?? Infinity);
  }

  follow(
    name: string,
    options: { readonly after?: number; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent> {
    return followStream(() => this.#source(name), options.after ?? 0, options.signal);
  }

  async lastSequence(name: string): Promise<number> {
    this.#assertOpen();
    return this.#stream(name).committed.last;
  }

  async *streams(prefix = ''): AsyncIterable<string> {
    this.#assertOpen();
    const inOrder = [...this.#streams].sort(([, a], [, b]) => Buffer.compare(a.key, b.key));
    for (const [name, { records }] of inOrder) if (records.length > 0 && name.startsWith(prefix)) yield name;
  }

  async storedBytes(name: string, through = Infinity): Promise<number> {
    this.#assertOpen();
    const { committed, records } = this.#stream(name);
    const kept = records.slice(0, Math.max(0, through - committed.first + 1));
    return kept.reduce((sum, { length }) => sum + length, 0);
  }

  async trim(name: string, through: number): Promise<void> {
    this.#assertOpen();
    const { committed, records } = this.#stream(name);
    const first = Math.min(through, committed.last) + 1;
    if (first <= committed.first) return;
    records.splice(0, first - committed.first);
    committed.trim(first);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { committed } of this.#streams.values()) committed.end();
  }

  #stream(name: string): MemoryStream {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = { committed: new CommittedStream(), key: indexKey(name), records: [] };
      this.#streams.set(name, stream);
    }
    return stream;
  }

  async #source(name: string): Promise<StreamSource> {
    this.#assertOpen();
    const { committed, records } = this.#stream(name);
    return {
      name,
      committed,
      page: async (after, through) => {
        this.#assertOpen();
        const from = Math.max(after + 1, committed.first);
        const count = Math.min(through - from + 1, PAGE_EVENTS);
        return records
          .slice(from - committed.first, from - committed.first + Math.max(count, 0))
          .map((record, index) => new RecordedEvent(name, from + index, record));
      },
      release: () => undefined,
    };
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventLogError('EVENT_LOG_CLOSED', 'The event log is closed.');
  }
}

function commit({ name, stream, added }: AddedRecords): void {
  const before = stream.committed.last;
  stream.committed.commit(before + added.length, () =>
    added.map((record, index) => new RecordedEvent(name, before + 1 + index, record)),
  );
}

function conflict(name: string, expected: number, last: number): EventLogError {
  return new EventLogError(
    'EVENT_LOG_CONFLICT',
    `Stream ${name} was expected to end at ${expected} and ends at ${last}.`,
  );
}
