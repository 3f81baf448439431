import { encodeEntries, recordsBehind, sizeLifecycle } from './entry-record.ts';
import type { SizedEntry } from '../codec/entry-record.ts';
import type { HostLog } from './host.ts';
import { KeptEntries } from './kept-entries.ts';
import type { Spool } from './spool.ts';

/** What takes a kernel's entries to the server. */
export interface EntrySink {
  /** Whether more would only wait in memory, or may not go now. `Outbox.pump` is called when that ends. */
  readonly isSaturated: boolean;
  /** @param records whole ones, in a row */
  send(records: Uint8Array<ArrayBuffer>): void;
}

export interface OutboxOptions {
  readonly kernelId: string;
  readonly launch: Readonly<Record<string, unknown>>;
  readonly spool: Spool;
  readonly log: HostLog;
  /** Of what an earlier life left; 0 for a new kernel. */
  readonly last: number;
  readonly bounds?: Partial<OutboxBounds>;
  /** Why entries cannot be kept as they should; null: they can again. */
  onBlocked(reason: SpoolBlock | null): void;
  /** The kernel says more than is written at the moment: it is held back meanwhile, and nobody is told. */
  onPressure(isHigh: boolean): void;
  onUnshared(count: number): void;
}
export type SpoolBlock = 'disk-full' | 'too-much-unread';

/** In bytes. */
export interface OutboxBounds {
  /** Unacknowledged ones that may be under way. */
  readonly window: number;
  /** Unacknowledged ones in the spool: beyond it the kernel stands still until half of it is acknowledged. */
  readonly kept: number;
  /** In memory, where the kernel does not stand still: what exceeds it is lost, and told as a gap. */
  readonly memory: number;
}

const BOUNDS: OutboxBounds = {
  window: 16 * 1024 * 1024,
  kept: 256 * 1024 * 1024,
  memory: 64 * 1024 * 1024,
};
/** In milliseconds. */
const READ_AGAIN = 1000;

/**
 * All that one kernel says, on its way to the server: numbered, kept, then sent, as kernel-bridge/supervisor/outbox.ts does
 * it for kernels of machines. Here the spool answers later, so that a kernel may say more than is written; and it may be one
 * that cannot stand still. A state machine without a clock or a socket.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #bounds: OutboxBounds;
  readonly #entries: KeptEntries;
  #sink: EntrySink | null = null;
  /** Another for each server that listens: what was read for the one before is not for it. */
  #listening = 0;
  #isPumping = false;
  /** The last position that went out on this connection, or was heard before it. */
  #sent = 0;
  #acknowledged = 0;
  /** What was sent and is not acknowledged, by runs. */
  #underWay: { readonly last: number; readonly bytes: number }[] = [];
  #underWayBytes = 0;
  #gap: { readonly since: Date; lost: number } | null = null;
  #blocked: SpoolBlock | null = null;
  #isPressed = false;
  #isClosed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#bounds = { ...BOUNDS, ...options.bounds };
    this.#entries = new KeptEntries(options, () => this.#written());
  }

  /** The position that the last entry has. */
  get last(): number {
    return this.#entries.last;
  }

  get unacknowledged(): number {
    return Math.max(0, this.last - this.#acknowledged);
  }

  get blocked(): SpoolBlock | null {
    return this.#blocked;
  }

  /** Unacknowledged, in the spool and in memory. */
  get bytes(): number {
    return this.#entries.keptBytes + this.#entries.memoryBytes;
  }

  /** For a new kernel: it is noted before it says anything. */
  open(): void {
    this.#entries.open();
  }

  /** @param mayBeLost where there is no room, rather than without end in memory */
  append(entry: SizedEntry, mayBeLost: boolean): void {
    if (this.#isClosed) return;
    if (mayBeLost && this.#overflows(1)) return this.#lose();
    this.#endGap();
    this.#entries.add(entry);
    this.#look();
  }

  /** Nothing more is said; what was said stays until it is acknowledged. */
  over(): void {
    this.#entries.over();
  }

  /** Tries again to keep what could not be. */
  retry(): void {
    this.#entries.retry();
  }

  /**
   * A server listens.
   * @param after the last position that it has heard; what is behind it goes out
   * @param acknowledged the last that it has recorded
   */
  attach(sink: EntrySink, after: number, acknowledged: number): void {
    this.#listening += 1;
    this.#sink = sink;
    this.#sent = after;
    this.#entries.beyond(after);
    while ((this.#underWay.at(-1)?.last ?? 0) > after)
      this.#underWayBytes -= this.#underWay.pop()?.bytes ?? 0;
    this.acknowledge(acknowledged);
  }

  detach(): void {
    this.#listening += 1;
    this.#sink = null;
  }

  acknowledge(position: number): void {
    if (position > this.#acknowledged && position <= this.last) {
      this.#acknowledged = position;
      this.#entries.acknowledge(position);
      while ((this.#underWay[0]?.last ?? Infinity) <= position)
        this.#underWayBytes -= this.#underWay.shift()?.bytes ?? 0;
      this.#look();
    }
    this.pump();
  }

  /** Sends what is kept as far as there is room. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#pump();
  }

  /** Writes and sends nothing more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#sink = null;
    this.#entries.close();
  }

  /** As `close`, and forgets all that was kept. */
  remove(): void {
    this.#isClosed = true;
    this.#sink = null;
    this.#entries.remove();
  }

  async #pump(): Promise<void> {
    try {
      while (this.#maySend()) {
        const next = this.#sent + 1;
        const listening = this.#listening;
        const { kernelId, spool } = this.#options;
        const batch = this.#entries.inMemory(next) ?? (await spool.read(kernelId, next));
        if (listening !== this.#listening || !this.#maySend()) continue;
        if (batch !== null && batch.first <= next)
          this.#send(recordsBehind(batch.bytes, next - batch.first), batch.last);
        else this.#sendDamage(batch === null ? Math.max(next, this.#entries.keptTo) : batch.first - 1);
      }
    } catch (error) {
      const { kernelId, log } = this.#options;
      log.warn({ kernelId, reason: (error as Error).message }, 'what a kernel said cannot be read');
      // Nothing tells when storage works again.
      setTimeout(() => this.pump(), READ_AGAIN);
    } finally {
      this.#isPumping = false;
    }
  }

  #maySend(): boolean {
    return (
      this.#sink !== null &&
      !this.#sink.isSaturated &&
      this.#sent < this.#entries.readableTo &&
      this.#underWayBytes < this.#bounds.window
    );
  }

  #send(records: Uint8Array<ArrayBuffer>, last: number): void {
    this.#sink?.send(records);
    this.#sent = last;
    this.#underWay.push({ last, bytes: records.byteLength });
    this.#underWayBytes += records.byteLength;
  }

  /** What the browser has lost of what it kept is told in its place. */
  #sendDamage(last: number): void {
    const { kernelId, log } = this.#options;
    log.warn({ kernelId, from: this.#sent + 1, to: last }, 'a part of what a kernel said is lost');
    const now = new Date().toISOString();
    const why = 'The browser that ran this kernel has lost a part of what it said.';
    this.#send(
      encodeEntries([sizeLifecycle({ kind: 'reattached', silentFrom: now, silentUntil: now, why })], last),
      last,
    );
  }

  #written(): void {
    this.#look();
    this.pump();
  }

  #overflows(share: number): boolean {
    const { memory, kept } = this.#bounds;
    // A kernel that stands still never gets there.
    return this.#entries.memoryBytes > share * memory || this.#entries.keptBytes > share * 1.5 * kept;
  }

  #lose(): void {
    const now = new Date();
    // Told where it begins, for the page may be closed before it ends.
    if (this.#gap === null) this.#tellGap(now, now, 'what the kernel said next was lost');
    this.#gap ??= { since: now, lost: 0 };
    this.#gap.lost += 1;
  }

  #endGap(): void {
    if (this.#gap === null) return;
    const { since, lost } = this.#gap;
    this.#gap = null;
    this.#tellGap(
      since,
      new Date(),
      `${lost} ${lost === 1 ? 'message' : 'messages'} of the kernel ${lost === 1 ? 'was' : 'were'} lost`,
    );
  }

  #tellGap(from: Date, until: Date, what: string): void {
    const why = `The browser that runs this kernel has no room for more of what it says: ${what}.`;
    const [silentFrom, silentUntil] = [from.toISOString(), until.toISOString()];
    this.#entries.add(sizeLifecycle({ kind: 'reattached', silentFrom, silentUntil, why }));
  }

  /** Tells what has become otherwise. */
  #look(): void {
    if (this.#gap !== null && !this.#overflows(0.5)) this.#endGap();
    const { keptBytes, memoryBytes, isFailing } = this.#entries;
    const { kept, memory } = this.#bounds;
    // Continued only with much room, or it would stop and go on with every acknowledgement.
    const isTooMuch = keptBytes > (this.#blocked === null ? kept : kept / 2);
    const blocked = isFailing ? 'disk-full' : isTooMuch ? 'too-much-unread' : null;
    if (blocked !== this.#blocked) {
      this.#blocked = blocked;
      this.#options.onBlocked(blocked);
    }
    const isPressed = memoryBytes > (this.#isPressed ? memory / 32 : memory / 8);
    if (isPressed !== this.#isPressed) {
      this.#isPressed = isPressed;
      this.#options.onPressure(isPressed);
    }
    this.#options.onUnshared(this.unacknowledged);
  }
}
