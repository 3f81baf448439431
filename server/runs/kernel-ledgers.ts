import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { Logger } from '../logger.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import type { CommittedEvents } from './committed-event.ts';
import { KernelLedger } from './kernel-ledger.ts';
import type { CheckpointHeader } from './run-checkpoint.ts';

const PREFIX = 'kernel/';
/** Events behind the checkpoints that are read before anybody is answered; what is longer is read beside. */
const SHORT_TAILS = 100_000;
/** Kernels that are over and whose runs stay in memory. */
const LOADED_ENDED = 20;

export interface KernelLedgersOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  /** Of the checkpoints. */
  readonly directory: string;
  /** So long is large (S3), in bytes. */
  readonly largeDataBytes?: number;
  /** Paths of notebooks in whose runs something is another now. Must not throw. */
  onChanged(paths: ReadonlySet<string>): void;
}

/** The runs of all kernels that are in the log: of few in memory, of the others in their checkpoints. */
export class KernelLedgers {
  readonly #options: KernelLedgersOptions;
  readonly #checkpoints: CheckpointFolder;
  readonly #kernels = new Map<string, KernelLedger>();
  /** Of whose streams so much is unread that nobody waits for it. */
  readonly #rebuilding = new Set<KernelLedger>();
  #tailsRead: Promise<void> = Promise.resolve();
  #isClosed = false;

  static async open(options: KernelLedgersOptions): Promise<KernelLedgers> {
    const checkpoints = await CheckpointFolder.open(options.directory, options.largeDataBytes);
    const ledgers = new KernelLedgers(options, checkpoints);
    for (const header of await checkpoints.headers())
      ledgers.#kernels.set(header.kernelId, ledgers.#newKernel(header.kernelId, header));
    ledgers.#tailsRead = ledgers.#readTails();
    return ledgers;
  }

  private constructor(options: KernelLedgersOptions, checkpoints: CheckpointFolder) {
    this.#options = options;
    this.#checkpoints = checkpoints;
  }

  /** Also of a kernel that was never heard of. */
  of(kernelId: string): KernelLedger {
    const known = this.#kernels.get(kernelId);
    if (known !== undefined) return known;
    const kernel = this.#newKernel(kernelId, null);
    this.#kernels.set(kernelId, kernel);
    return kernel;
  }

  get all(): KernelLedger[] {
    return [...this.#kernels.values()];
  }

  /** Without those that are read anew, for which nobody waits. */
  get readable(): KernelLedger[] {
    return this.all.filter((kernel) => !this.#rebuilding.has(kernel));
  }

  isRebuilding(kernel: KernelLedger): boolean {
    return this.#rebuilding.has(kernel);
  }

  observe(committed: CommittedEvents): void {
    if (!this.#isClosed && committed.events.length > 0) this.of(committed.kernelId).observe(committed);
  }

  /** Resolves when what came since the checkpoints is read. */
  ready(): Promise<void> {
    return this.#tailsRead;
  }

  /** In a kernel's stream, by others than the kernel and its clients. @throws EventLogError */
  async append(kernelId: string, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const last = await this.#options.log.append(`${PREFIX}${kernelId}`, events);
    this.observe({ kernelId, firstSequence: last - events.length + 1, time: Date.now(), events });
  }

  /** Of a kernel that is over, and whose stream is empty. */
  async forget(kernelId: string): Promise<void> {
    await this.#kernels.get(kernelId)?.close();
    this.#kernels.delete(kernelId);
    await this.#checkpoints.remove(kernelId);
  }

  /** Lets kernels that are over out of memory, if there are many. */
  async unloadEnded(): Promise<void> {
    const ended = [...this.#kernels.values()].filter((kernel) => kernel.isLoadedAndEnded);
    for (const kernel of ended.slice(0, Math.max(0, ended.length - LOADED_ENDED))) {
      await kernel.writeCheckpoint();
      kernel.unload();
    }
  }

  /** Writes all checkpoints. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#tailsRead;
    await Promise.all([...this.#kernels.values()].map((kernel) => kernel.close()));
  }

  /** A start reads what came since the checkpoints. */
  async #readTails(): Promise<void> {
    const { log, logger } = this.#options;
    let unread = 0;
    const tails: [KernelLedger, number][] = [];
    try {
      for await (const stream of log.streams(PREFIX)) {
        const kernel = this.of(stream.slice(PREFIX.length));
        const last = await log.lastSequence(stream);
        if (last > kernel.checkpointed) tails.push([kernel, last]);
      }
    } catch (error) {
      logger.error({ err: error }, 'The kernels in the log could not be listed');
    }
    const behindOf = ([kernel, last]: [KernelLedger, number]): number => last - kernel.checkpointed;
    for (const tail of tails.sort((one, other) => behindOf(one) - behindOf(other))) {
      unread += behindOf(tail);
      if (unread > SHORT_TAILS) this.#rebuilding.add(tail[0]);
    }
    for (const [kernel, last] of tails) if (!this.#rebuilding.has(kernel)) await this.#readTail(kernel, last);
    // Its failures are logged, one by one.
    void this.#rebuild(tails.filter(([kernel]) => this.#rebuilding.has(kernel)));
  }

  async #rebuild(tails: readonly [KernelLedger, number][]): Promise<void> {
    for (const [kernel, last] of tails) {
      await this.#readTail(kernel, last);
      this.#rebuilding.delete(kernel);
    }
  }

  async #readTail(kernel: KernelLedger, last: number): Promise<void> {
    if (this.#isClosed) return;
    try {
      await kernel.readThrough(last);
      await this.unloadEnded();
    } catch (error) {
      const { kernelId } = kernel;
      this.#options.logger.error({ err: error, kernelId }, 'The runs of a kernel could not be read');
    }
  }

  #newKernel(kernelId: string, header: CheckpointHeader | null): KernelLedger {
    const { log, logger } = this.#options;
    const onChanged = (paths: ReadonlySet<string>): void => this.#options.onChanged(paths);
    return new KernelLedger({ kernelId, log, checkpoints: this.#checkpoints, logger, onChanged }, header);
  }
}
