import type { Logger } from '../logger.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import type { CheckpointFolder } from './checkpoint-folder.ts';
import type { CommittedEvent, CommittedEvents } from './committed-event.ts';
import type { KernelRuns } from './kernel-runs.ts';
import { foldEvent, noKernelRuns } from './kernel-runs.ts';
import type { CheckpointHeader } from './run-checkpoint.ts';
import { summaryOf } from './run-checkpoint.ts';

export interface KernelLedgerOptions {
  readonly kernelId: string;
  readonly log: EventLog;
  readonly checkpoints: CheckpointFolder;
  readonly logger: Logger;
  /** Paths of notebooks in which something is another now. Must not throw. */
  onChanged(paths: ReadonlySet<string>): void;
}

/** What is known of a kernel's runs without reading them. */
export type KernelSummary = Omit<CheckpointHeader, 'sha256' | 'blobs' | 'format'>;

/** In milliseconds. A checkpoint only spares reading: the stream knows all of it. */
const CHECKPOINT_DELAY = 2000;
/** Writing takes no more than this part of the time. */
const CHECKPOINT_SHARE = 20;

/**
 * The runs of one kernel, folded from its stream as it grows: away from the path of its messages, a turn's worth at a
 * time. What it was not told, it reads from the log, so that nothing is queued here beyond one turn.
 */
export class KernelLedger {
  readonly #options: KernelLedgerOptions;
  #runs: KernelRuns | null = null;
  /** What is being read for the first time: behind a kernel that prints without pause that may take as long. */
  #reading: KernelRuns | null = null;
  #summary: KernelSummary | null;
  #pending: CommittedEvents[] = [];
  #isFlushPlanned = false;
  /** The last sequence that is known to be in the stream. */
  #known = 0;
  #catchingUp: Promise<KernelRuns> | null = null;
  #checkpointTimer: NodeJS.Timeout | null = null;
  #checkpointed = 0;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param header of its checkpoint, if there is one */
  constructor(options: KernelLedgerOptions, header: CheckpointHeader | null) {
    this.#options = options;
    this.#summary = header;
    this.#checkpointed = header?.sequence ?? 0;
  }

  get kernelId(): string {
    return this.#options.kernelId;
  }

  /** null where it would not tell of all that is committed: then its runs have to be read. */
  get summary(): KernelSummary | null {
    if (this.#runs !== null) return summaryOf(this.#runs);
    return this.#summary !== null && this.#summary.sequence >= this.#known ? this.#summary : null;
  }

  /** What need not be read of its stream at a start. */
  get checkpointed(): number {
    return this.#checkpointed;
  }

  /** Its runs are in memory, though its kernel is over. */
  get isLoadedAndEnded(): boolean {
    return this.#runs?.isEnded === true;
  }

  get isLoaded(): boolean {
    return this.#runs !== null;
  }

  /** Whether its checkpoint says all there is. */
  get isWritten(): boolean {
    return this.#runs === null || this.#runs.sequence === this.#checkpointed;
  }

  /** Whether it is a run of this kernel, as far as that can be said at once. */
  knows(runId: string): boolean {
    return (this.#runs ?? this.#reading)?.records.has(runId) === true;
  }

  /** Of its stream, in order. */
  observe(committed: CommittedEvents): void {
    this.#known = Math.max(this.#known, lastOf(committed));
    if (this.#runs !== null && this.#catchingUp === null) this.#pending.push(committed);
    this.#plan();
  }

  /** All that was committed before the call is in it. It is the state itself, which goes on changing. */
  async runs(): Promise<KernelRuns> {
    this.#flush();
    return this.#catchingUp ?? this.#runs ?? (await this.#catchUp());
  }

  /** Reads what its stream holds behind the checkpoint, up to that sequence. */
  async readThrough(sequence: number): Promise<KernelRuns> {
    this.#known = Math.max(this.#known, sequence);
    if (this.#runs !== null && this.#runs.sequence < this.#known && this.#pending.length === 0)
      await this.#catchUp();
    return this.runs();
  }

  /** Forgets what a checkpoint says as well. */
  unload(): void {
    if (!this.isWritten || this.#catchingUp !== null || this.#pending.length > 0) return;
    this.#summary = this.summary;
    this.#runs = null;
  }

  /** Writes the last checkpoint. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return this.#writing;
    this.#flush();
    this.#isClosed = true;
    if (this.#checkpointTimer !== null) clearTimeout(this.#checkpointTimer);
    await this.#catchingUp?.catch(() => undefined);
    await this.writeCheckpoint();
  }

  /** Failing to write one is logged, and harmless. */
  writeCheckpoint(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeCheckpoint());
    return this.#writing;
  }

  #plan(): void {
    if (this.#isFlushPlanned || this.#isClosed) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      this.#flush();
      if (this.#runs === null) this.#catchUpAside();
    });
  }

  #flush(): void {
    const runs = this.#runs;
    if (runs === null || this.#catchingUp !== null || this.#pending.length === 0) return;
    const pending = this.#pending.sort((one, other) => one.firstSequence - other.firstSequence);
    this.#pending = [];
    const changed = new Set<string>();
    for (const { firstSequence, time, events } of pending) {
      // Something was appended by others: it is read, with all behind it.
      if (firstSequence > runs.sequence + 1) break;
      events.forEach((event, index) =>
        this.#fold(runs, { sequence: firstSequence + index, time, event }, changed),
      );
    }
    if (runs.sequence < this.#known) this.#catchUpAside();
    this.#tell(changed);
  }

  /** An event that the fold cannot take must not end the folding of all others, nor the server. */
  #fold(runs: KernelRuns, event: CommittedEvent, changed: Set<string>): void {
    try {
      foldEvent(runs, event, changed);
    } catch (error) {
      const { logger, kernelId } = this.#options;
      logger.error(
        { err: error, kernelId, sequence: event.sequence },
        'An event could not be put into a cell',
      );
    }
  }

  #tell(changed: ReadonlySet<string>): void {
    this.#planCheckpoint();
    if (changed.size > 0) this.#options.onChanged(changed);
  }

  #catchUpAside(): void {
    this.#catchUp().catch((error: unknown) => {
      const { logger, kernelId } = this.#options;
      logger.error({ err: error, kernelId }, 'The runs of a kernel could not be read');
    });
  }

  #catchUp(): Promise<KernelRuns> {
    this.#catchingUp ??= this.#read().finally(() => (this.#catchingUp = null));
    return this.#catchingUp;
  }

  async #read(): Promise<KernelRuns> {
    const { kernelId, checkpoints, log } = this.#options;
    const runs = this.#runs ?? (await checkpoints.read(kernelId)) ?? noKernelRuns(kernelId);
    this.#reading = runs;
    const changed = new Set<string>();
    const stream = `kernel/${kernelId}`;
    this.#known = Math.max(this.#known, await log.lastSequence(stream));
    // While it reads, more is committed.
    while (runs.sequence < this.#known) await this.#readOn(runs, stream, changed);
    this.#runs = runs;
    this.#reading = null;
    this.#tell(changed);
    return runs;
  }

  async #readOn(runs: KernelRuns, stream: string, changed: Set<string>): Promise<void> {
    const through = this.#known;
    try {
      for await (const event of this.#options.log.read(stream, { after: runs.sequence }))
        this.#fold(runs, { sequence: event.sequence, time: event.time, event }, changed);
      // The end of the stream may have been removed.
      runs.sequence = Math.max(runs.sequence, through);
    } catch (error) {
      if (!(error instanceof EventLogError) || error.position === null) throw error;
      // What can be read goes on behind it; doctor tells of what cannot.
      const { logger, kernelId } = this.#options;
      logger.error({ err: error, kernelId }, 'An event of a kernel is missing in its runs');
      runs.sequence = Math.max(runs.sequence, error.position.sequence);
    }
  }

  #planCheckpoint(delay = CHECKPOINT_DELAY): void {
    if (this.#checkpointTimer !== null || this.#isClosed || this.isWritten) return;
    this.#checkpointTimer = setTimeout(() => {
      const begun = performance.now();
      void this.writeCheckpoint().then(() => {
        this.#checkpointTimer = null;
        this.#planCheckpoint(CHECKPOINT_DELAY + CHECKPOINT_SHARE * (performance.now() - begun));
      });
    }, delay);
    this.#checkpointTimer.unref();
  }

  async #writeCheckpoint(): Promise<void> {
    const { checkpoints, logger, kernelId } = this.#options;
    const runs = this.#runs;
    if (runs === null || runs.sequence === this.#checkpointed) return;
    try {
      this.#checkpointed = (await checkpoints.write(runs)).sequence;
    } catch (error) {
      logger.warn({ err: error, kernelId }, 'A checkpoint of runs could not be written');
    }
  }
}

function lastOf({ firstSequence, events }: CommittedEvents): number {
  return firstSequence + events.length - 1;
}
