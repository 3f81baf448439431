import type { KernelLog } from '../local/kernel-log.ts';
import type { EntryBody } from './link/entry.ts';
import { encodeEntries, sizeEntry } from './link/entry-record.ts';
import type { SizedEntry } from '../hosted/codec/entry-record.ts';
import type { Spool } from './spool/spool.ts';

/** What takes a kernel's entries to the server. */
export interface EntrySink {
  /** Whether more would only wait in memory. `Outbox.pump` is called when that ends. */
  readonly isSaturated: boolean;
  /** @param records whole ones, in a row */
  send(records: Buffer): void;
}

export interface OutboxOptions {
  readonly spool: Spool;
  readonly log: KernelLog;
  /** Unacknowledged bytes that may be under way. Default 16 MiB. */
  readonly windowBytes?: number;
  /** Calls `flush` once, after what is at hand in this turn has been read. */
  readonly schedule: (flush: () => void) => void;
}

const WINDOW_BYTES = 16 * 1024 * 1024;
/** One write takes no more. */
const BATCH_BYTES = 1024 * 1024;
const READ_BYTES = 256 * 1024;

/**
 * All that one kernel says, on its way to the server: put in order, written to the spool, then sent. While the server
 * keeps pace, what was written goes out as it is; else it is read again from the spool as room is made. A state machine
 * without a clock or a socket, so that any order of breaks can be tried.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #window: number;
  #pending: SizedEntry[] = [];
  #pendingBytes = 0;
  #isScheduled = false;
  #sink: EntrySink | null = null;
  /** The last position that went out on this connection, or was heard before it. */
  #sent = 0;
  #acknowledged = 0;
  /** What was sent and is not acknowledged, by runs. */
  #underWay: { readonly last: number; readonly bytes: number }[] = [];
  #underWayBytes = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#window = options.windowBytes ?? WINDOW_BYTES;
  }

  /** The position that the last entry has, or will have. */
  get last(): number {
    return this.#options.spool.last + this.#pending.length;
  }

  get unacknowledged(): number {
    return Math.max(0, this.last - this.#acknowledged);
  }

  append(entry: EntryBody): void {
    let sized: SizedEntry;
    try {
      sized = sizeEntry(entry);
    } catch (error) {
      this.#options.log.warn(
        { reason: (error as Error).message },
        'a kernel said something that cannot be kept',
      );
      return;
    }
    this.#pending.push(sized);
    this.#pendingBytes += sized.bytes;
    if (this.#pendingBytes >= BATCH_BYTES) return this.flush();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Writes what is at hand, and sends it if the server has all before it. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const { spool } = this.#options;
    const first = spool.last + 1;
    const last = spool.last + this.#pending.length;
    const records = encodeEntries(this.#pending, first);
    this.#pending = [];
    this.#pendingBytes = 0;
    spool.append(records, last);
    if (this.#sent === first - 1 && this.#maySend()) this.#send(records, last);
  }

  /**
   * A server listens.
   * @param after the last position that it has heard; what is behind it goes out
   * @param acknowledged the last that it has recorded
   */
  attach(sink: EntrySink, after: number, acknowledged: number): void {
    // What is at hand has no position yet, and a server may know of more positions than a damaged spool does.
    this.flush();
    this.#sink = sink;
    this.#sent = after;
    if (after > this.#options.spool.last) this.#options.spool.acknowledge(after);
    while ((this.#underWay.at(-1)?.last ?? 0) > after)
      this.#underWayBytes -= this.#underWay.pop()?.bytes ?? 0;
    this.acknowledge(acknowledged);
  }

  detach(): void {
    this.#sink = null;
  }

  acknowledge(position: number): void {
    if (position > this.#acknowledged && position <= this.#options.spool.last) {
      this.#acknowledged = position;
      this.#options.spool.acknowledge(position);
      while ((this.#underWay[0]?.last ?? Infinity) <= position)
        this.#underWayBytes -= this.#underWay.shift()?.bytes ?? 0;
    }
    this.pump();
  }

  /** Sends what the spool has as far as there is room. */
  pump(): void {
    const { spool, log } = this.#options;
    while (this.#sink !== null && this.#sent < spool.last && this.#maySend()) {
      const read = spool.read(this.#sent, READ_BYTES);
      if (read === null) return;
      if (read.kind === 'records') {
        this.#send(read.bytes, read.last);
        continue;
      }
      log.warn({ from: this.#sent + 1, to: read.last }, 'a part of a spool is damaged and lost');
      const event = {
        kind: 'reattached',
        silentFrom: read.since.toISOString(),
        silentUntil: read.until.toISOString(),
      } as const;
      this.#send(encodeEntries([sizeEntry({ kind: 'lifecycle', event })], read.last), read.last);
    }
  }

  #maySend(): boolean {
    return this.#sink !== null && !this.#sink.isSaturated && this.#underWayBytes < this.#window;
  }

  #send(records: Buffer, last: number): void {
    this.#sink?.send(records);
    this.#sent = last;
    this.#underWay.push({ last, bytes: records.byteLength });
    this.#underWayBytes += records.byteLength;
  }
}
