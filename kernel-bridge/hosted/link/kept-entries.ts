import { encodeEntries } from './entry-record.ts';
import type { SizedEntry } from '../codec/entry-record.ts';
import type { HostLog } from './host.ts';
import type { Spool, SpooledBatch } from './spool.ts';

export interface KeptEntriesOptions {
  readonly kernelId: string;
  readonly launch: Readonly<Record<string, unknown>>;
  readonly spool: Spool;
  readonly log: HostLog;
  readonly last: number;
}

/** One write takes no more, unless one entry has more. */
const BATCH_BYTES = 1024 * 1024;

/**
 * The entries of one kernel, numbered and on their way into the spool, with one call of it after another: what is said while
 * one is under way goes with the next. What it does not take stays in memory, where it can be read all the same.
 */
export class KeptEntries {
  readonly #options: KeptEntriesOptions;
  readonly #onWritten: () => void;
  #last: number;
  #queue: SizedEntry[] = [];
  #queueBytes = 0;
  #unkept: SpooledBatch[] = [];
  #unkeptBytes = 0;
  /** Batches in the spool that are not acknowledged; those of an earlier life are not counted. */
  #kept: { readonly last: number; readonly bytes: number }[] = [];
  #keptBytes = 0;
  #keptTo: number;
  /** The last one that was written, which is soon read. */
  #recent: SpooledBatch | null = null;
  #acknowledged = 0;
  /** All in the spool up to here is acknowledged, and some of it is still there. */
  #forgettable = 0;
  #forgotten = 0;
  #isOver = false;
  #noted: 'not' | 'living' | 'over';
  #isFailing = false;
  #isWorking = false;
  #end: 'closed' | 'removed' | null = null;

  /** @param onWritten called when there is more to read, or other room than before */
  constructor(options: KeptEntriesOptions, onWritten: () => void) {
    this.#options = options;
    this.#onWritten = onWritten;
    this.#last = options.last;
    this.#keptTo = options.last;
    this.#noted = options.last > 0 ? 'living' : 'not';
  }

  get last(): number {
    return this.#last;
  }

  /** The last position that the spool has. */
  get keptTo(): number {
    return this.#keptTo;
  }

  /** The last position that `inMemory` or the spool has. */
  get readableTo(): number {
    return this.#isFailing ? this.#last : this.#keptTo;
  }

  /** The spool does not take what it is given. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  get memoryBytes(): number {
    return this.#queueBytes + this.#unkeptBytes;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Notes the kernel, before it says anything. */
  open(): void {
    this.#work();
  }

  add(entry: SizedEntry): void {
    this.#last += 1;
    this.#queue.push(entry);
    this.#queueBytes += entry.bytes;
    if (this.#isFailing) {
      this.#encodeAll();
      this.#onWritten();
    }
    this.#work();
  }

  over(): void {
    this.#isOver = true;
    this.#work();
  }

  /** A server knows of more positions than are kept here: what is said from now on comes behind them. */
  beyond(position: number): void {
    if (position <= this.#last) return;
    this.#encodeAll();
    this.#last = position;
    this.#keptTo = position;
  }

  acknowledge(position: number): void {
    this.#acknowledged = position;
    while (this.#unkept[0] !== undefined && this.#unkept[0].last <= position)
      this.#unkeptBytes -= this.#unkept.shift()?.bytes.byteLength ?? 0;
    // How what an earlier life left lies in the spool is not known.
    if (position <= this.#options.last) this.#forgettable = position;
    for (let next = this.#kept[0]; next !== undefined && next.last <= position; next = this.#kept[0]) {
      this.#kept.shift();
      this.#keptBytes -= next.bytes;
      this.#forgettable = next.last;
    }
    if (this.#isFailing && this.memoryBytes === 0) this.retry();
    else this.#work();
  }

  /** A batch with this position that need not be read from the spool; null if there is none. */
  inMemory(position: number): SpooledBatch | null {
    const has = ({ first, last }: SpooledBatch): boolean => first <= position && last >= position;
    if (this.#recent !== null && has(this.#recent)) return this.#recent;
    return this.#isFailing ? (this.#unkept.find(has) ?? null) : null;
  }

  retry(): void {
    if (this.#isFailing) void this.#workOn();
  }

  close(): void {
    this.#end ??= 'closed';
  }

  remove(): void {
    this.#end = 'removed';
    this.#work();
  }

  #work(): void {
    if (!this.#isFailing) void this.#workOn();
  }

  async #workOn(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let call = this.#nextCall(); call !== null; call = this.#nextCall()) {
        await call();
        this.#isFailing = false;
        if (this.#end === null) this.#onWritten();
      }
      this.#isFailing = false;
    } catch (error) {
      const { kernelId, log } = this.#options;
      log.warn({ kernelId, reason: (error as Error).message }, 'what a kernel says cannot be kept');
      this.#isFailing = this.#end === null;
      this.#encodeAll();
    } finally {
      this.#isWorking = false;
    }
    if (this.#end === null) this.#onWritten();
  }

  #nextCall(): (() => Promise<void>) | null {
    const { spool, kernelId } = this.#options;
    if (this.#end === 'closed') return null;
    if (this.#end === 'removed') {
      this.#end = 'closed';
      return () => spool.remove(kernelId);
    }
    if (this.#noted === 'not') return () => this.#note('living');
    if (this.#unkept.length === 0) this.#encodeOne();
    const batch = this.#unkept[0];
    if (batch !== undefined)
      return async () => {
        await spool.append(kernelId, batch);
        this.#keep(batch);
      };
    if (this.#isOver && this.#noted === 'living') return () => this.#note('over');
    const position = this.#forgettable;
    if (position <= this.#forgotten) return null;
    return async () => {
      await spool.forget(kernelId, position);
      this.#forgotten = position;
    };
  }

  async #note(what: 'living' | 'over'): Promise<void> {
    const { spool, kernelId, launch } = this.#options;
    await spool.note({ kernelId, launch, isOver: what === 'over' });
    this.#noted = what;
  }

  #keep(batch: SpooledBatch): void {
    const { last } = batch;
    const bytes = batch.bytes.byteLength;
    if (this.#unkept[0] === batch) {
      this.#unkept.shift();
      this.#unkeptBytes -= bytes;
    }
    this.#recent = batch;
    this.#keptTo = Math.max(this.#keptTo, last);
    if (last <= this.#acknowledged) this.#forgettable = last;
    else {
      this.#kept.push({ last, bytes });
      this.#keptBytes += bytes;
    }
  }

  #encodeAll(): void {
    while (this.#queue.length > 0) this.#encodeOne();
  }

  #encodeOne(): void {
    let count = 0;
    let bytes = 0;
    while (count < this.#queue.length && bytes < BATCH_BYTES) bytes += this.#queue[count++]?.bytes ?? 0;
    if (count === 0) return;
    const first = this.#last - this.#queue.length + 1;
    const entries = this.#queue.splice(0, count);
    this.#queueBytes -= bytes;
    this.#unkept.push({ first, last: first + count - 1, bytes: encodeEntries(entries, first) });
    this.#unkeptBytes += bytes;
  }
}
