import type { EventLog } from '../../event-log/event-log.ts';
import type { Logger } from '../logger.ts';
import { firstEvent, lastSequenceBefore, lastSequenceWithin } from './stream-search.ts';

/** Who knows what a kernel's stream is still needed for. */
export interface StreamKeeper {
  /** The first sequence that must stay; Infinity where all may go. */
  neededFrom(kernelId: string): Promise<number>;
  /** What must outlast the events up to and including `through` is put elsewhere. */
  beforeTrim(kernelId: string, through: number): Promise<void>;
  /** Nothing is left of the stream. */
  emptied(kernelId: string): Promise<void>;
}

export interface RetentionOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly keeper: StreamKeeper;
  /** What all kernels' streams may take on disk together. */
  readonly mostBytes: number;
  /** In milliseconds; older events go. */
  readonly mostAge: number;
  /** What else is too old by then. @param before milliseconds since the epoch */
  readonly removeOld: (before: number) => Promise<void>;
}

interface KernelEvents {
  readonly kernelId: string;
  /** The last sequence that may go. */
  readonly removable: number;
  /** When its first event was stored, in milliseconds since the epoch. */
  readonly since: number;
}

const PREFIX = 'kernel/';
const DAY = 24 * 60 * 60 * 1000;
/** What may come before it is looked again: this part of what may be kept. */
const GROWTH_SHARE = 20;

/**
 * Removes kernels' events (and what else there is) that are too old, and the oldest where all take too much: never what a notebook's file does not
 * have yet, nor what a page of a living kernel has not received. Looks when much has come, or a day after the last time.
 */
export class Retention {
  readonly #options: RetentionOptions;
  #grown = 0;
  #lookedAt = 0;
  #running: Promise<void> = Promise.resolve();
  #isRunning = false;
  #isClosed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** So many bytes were appended. */
  grew(bytes: number): void {
    this.#grown += bytes;
    const isMuch = this.#grown > this.#options.mostBytes / GROWTH_SHARE;
    if (!this.#isRunning && (isMuch || Date.now() - this.#lookedAt > DAY)) void this.run();
  }

  /** Looks now. Failures are logged. */
  run(): Promise<void> {
    this.#grown = 0;
    this.#lookedAt = Date.now();
    this.#isRunning = true;
    this.#running = this.#running.then(async () => {
      try {
        await this.#trimAll();
        if (!this.#isClosed) await this.#options.removeOld(Date.now() - this.#options.mostAge);
      } catch (error) {
        if (!this.#isClosed) this.#options.logger.error({ err: error }, 'Old events could not be removed');
      } finally {
        this.#isRunning = false;
      }
    });
    return this.#running;
  }

  /** Idempotent; waits for what is under way. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#running;
  }

  async #trimAll(): Promise<void> {
    const kernels: KernelEvents[] = [];
    let bytes = 0;
    for await (const stream of this.#options.log.streams(PREFIX)) {
      if (this.#isClosed) return;
      const kernel = await this.#trimAged(stream.slice(PREFIX.length));
      if (kernel === null) continue;
      kernels.push(kernel);
      bytes += await this.#options.log.storedBytes(stream);
    }
    kernels.sort((one, other) => one.since - other.since);
    for (const kernel of kernels) {
      const surplus = bytes - this.#options.mostBytes;
      if (surplus <= 0 || this.#isClosed) return;
      bytes -= await this.#trimBytes(kernel, surplus);
    }
  }

  /** @returns what is left; null for nothing */
  async #trimAged(kernelId: string): Promise<KernelEvents | null> {
    const { log, keeper, mostAge } = this.#options;
    const stream = PREFIX + kernelId;
    const removable = Math.min(await log.lastSequence(stream), (await keeper.neededFrom(kernelId)) - 1);
    const oldest = await firstEvent(log, stream);
    if (oldest === null) return null;
    const limit = Date.now() - mostAge;
    if (oldest.time < limit && oldest.sequence <= removable) {
      const aged = await lastSequenceBefore(log, stream, limit, {
        from: oldest.sequence,
        through: removable,
      });
      await this.#trim(kernelId, aged);
      if (aged === (await log.lastSequence(stream))) return null;
    }
    return { kernelId, removable, since: oldest.time };
  }

  /** @returns how many bytes less there are, roughly */
  async #trimBytes({ kernelId, removable }: KernelEvents, surplus: number): Promise<number> {
    const { log } = this.#options;
    const stream = PREFIX + kernelId;
    const oldest = await firstEvent(log, stream);
    if (oldest === null || oldest.sequence > removable) return 0;
    const through = await lastSequenceWithin(log, stream, surplus, {
      from: oldest.sequence,
      through: removable,
    });
    const bytes = await log.storedBytes(stream, through);
    await this.#trim(kernelId, through);
    return bytes;
  }

  async #trim(kernelId: string, through: number): Promise<void> {
    const { log, keeper, logger } = this.#options;
    await keeper.beforeTrim(kernelId, through);
    await log.trim(PREFIX + kernelId, through);
    logger.info({ kernelId, through }, 'Old events of a kernel were removed from the log');
    if (through >= (await log.lastSequence(PREFIX + kernelId))) await keeper.emptied(kernelId);
  }
}
