import { randomUUID } from 'node:crypto';
import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { RunEvent } from '../../event-log/events/run.ts';
import type { Logger } from '../logger.ts';
import { BatchRunner } from './batch-runner.ts';
import type { BatchEnd, RunBatch } from './run-batch.ts';
import { foldBatchEvent, unsentRuns } from './run-batch.ts';
import type { RunKernels } from './run-kernels.ts';
import type { RunLedger } from './run-ledger.ts';
import type { UnsentRun } from './run-model.ts';

const STREAM = 'runs';
/** How many that have ended are known, so that what is asked again is not run again. */
const REMEMBERED = 1000;
/** More than that at once is a mistake in somebody's program. Some clients ask for each cell of a notebook alone. */
const MOST_OPEN = 5000;

export interface NewBatch {
  readonly requestId: string;
  readonly path: string;
  readonly kernelId: string;
  readonly stopsOnError: boolean;
  readonly isInteractive: boolean;
  readonly recordsTiming: boolean;
  /** Of the page that asked. */
  readonly host?: string;
  readonly cells: readonly {
    readonly cellId: string;
    readonly code: string;
    readonly sourceHash: string;
    readonly mayFail: boolean;
    /** The name of the kernel that was chosen for the cell. */
    readonly kernel?: string;
  }[];
}

/** What the server was asked to run by itself: in the log before it is begun, and gone on with after every restart. */
export class RunBatches {
  readonly #log: EventLog;
  readonly #logger: Logger;
  readonly #runner: BatchRunner;
  /** By request id, oldest first. */
  readonly #batches = new Map<string, RunBatch>();
  readonly #batchOfRun = new Map<string, RunBatch>();
  readonly #listeners = new Set<(path: string) => void>();
  #trimmed = 0;

  /** Reads what is known; `start` goes on with what is not over. */
  static async open(options: {
    readonly log: EventLog;
    readonly logger: Logger;
    readonly ledger: RunLedger;
    readonly kernels: RunKernels;
  }): Promise<RunBatches> {
    const batches = new RunBatches(options);
    await batches.#read();
    return batches;
  }

  private constructor({
    log,
    logger,
    ledger,
    kernels,
  }: {
    log: EventLog;
    logger: Logger;
    ledger: RunLedger;
    kernels: RunKernels;
  }) {
    this.#log = log;
    this.#logger = logger;
    this.#runner = new BatchRunner({
      ledger,
      kernels,
      logger,
      ended: (batch, end) => this.#ended(batch, end),
      sent: ({ path }) => this.#tell(path),
    });
  }

  get hasRoom(): boolean {
    return this.#open().length < MOST_OPEN;
  }

  /**
   * Is called with the path of a notebook whenever others of its cells wait for their turn than before.
   * @returns how to stop that
   */
  onChanged(listener: (path: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Goes on with what was asked of a server before. Kernels must have been taken over by then. */
  start(): void {
    for (const batch of this.#open()) this.#runner.run(batch);
  }

  find(requestId: string): RunBatch | null {
    return this.#batches.get(requestId) ?? null;
  }

  ofRun(runId: string): RunBatch | null {
    return this.#batchOfRun.get(runId) ?? null;
  }

  /** Runs that no kernel knows of, oldest first. */
  unsent(): UnsentRun[] {
    return [...this.#batches.values()].flatMap(unsentRuns);
  }

  /** Resolves once nothing more of it is sent, and what was sent is over. @throws what the signal was aborted with */
  async whenOver(batch: RunBatch, signal: AbortSignal): Promise<BatchEnd> {
    while (batch.end === null) await this.#nextChange(signal);
    return batch.end;
  }

  /** Resolves when it is recorded, and is begun then. @throws EventLogError */
  async add({ cells, ...batch }: NewBatch, actor: string): Promise<RunBatch> {
    const runs = cells.map(({ code: _code, ...cell }) => ({ runId: randomUUID(), ...cell }));
    const frames = cells.map(({ code }) => Buffer.from(code));
    await this.#append({ type: 'run-batch-requested', version: 1, data: { ...batch, runs } }, actor, frames);
    const added = this.#batches.get(batch.requestId) as RunBatch;
    this.#tell(added.path);
    this.#runner.run(added);
    return added;
  }

  /** What is not sent by then never will be. @returns those that were cancelled @throws EventLogError */
  async cancel(batch: RunBatch, runIds: readonly string[], actor: string): Promise<string[]> {
    const wanted = new Set(runIds);
    const waiting = unsentRuns(batch)
      .filter(({ runId, status }) => status === 'queued' && wanted.has(runId))
      .map(({ runId }) => runId);
    if (waiting.length === 0) return [];
    // Before anything is awaited, so that none of them is sent meanwhile.
    for (const runId of waiting) batch.cancelled.add(runId);
    const data = { requestId: batch.requestId, runIds: waiting };
    await this.#append({ type: 'runs-cancelled', version: 1, data }, actor);
    this.#tell(batch.path);
    return waiting;
  }

  /** Lets go of what is under way: the next server goes on with it. Idempotent. */
  close(): Promise<void> {
    return this.#runner.close();
  }

  async #ended(batch: RunBatch, reason: string | null): Promise<void> {
    const isAllSent = !unsentRuns(batch).some(({ status }) => status === 'queued');
    await this.#end(batch, isAllSent ? null : reason);
    // As a kernel drops what waits in its own queue.
    if (reason !== null && batch.isInteractive)
      for (const other of this.#open())
        if (other.isInteractive && other.kernelId === batch.kernelId) await this.#end(other, reason);
    await this.#forgetOld();
  }

  async #end(batch: RunBatch, reason: string | null): Promise<void> {
    const unsent = unsentRuns(batch).map(({ runId }) => runId);
    const data = { requestId: batch.requestId, unsent, reason };
    await this.#append({ type: 'run-batch-ended', version: 1, data }, 'server');
    this.#tell(batch.path);
  }

  #tell(path: string): void {
    for (const listener of [...this.#listeners]) listener(path);
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        stop();
        signal.removeEventListener('abort', finish);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      const stop = this.onChanged(finish);
      signal.addEventListener('abort', finish, { once: true });
      if (signal.aborted) finish();
    });
  }

  #open(): RunBatch[] {
    return [...this.#batches.values()].filter(({ end }) => end === null);
  }

  async #append(event: RunEvent, actor: string, frames: readonly Uint8Array[] = []): Promise<void> {
    const whole = { ...event, actor, causedBy: null, frames } as NewEvent;
    const sequence = await this.#log.append(STREAM, [whole]);
    this.#fold({ ...whole, stream: STREAM, sequence, time: Date.now() });
  }

  #fold(event: Parameters<typeof foldBatchEvent>[1]): void {
    foldBatchEvent(this.#batches, event);
    if (event.type !== 'run-batch-requested') return;
    const batch = this.#batches.get(event.data.requestId);
    if (batch !== undefined) for (const { runId } of batch.runs) this.#batchOfRun.set(runId, batch);
  }

  async #read(): Promise<void> {
    for (let after = 0; ;) {
      try {
        for await (const event of this.#log.read(STREAM, { after })) this.#fold(event);
        return;
      } catch (error) {
        if (!(error instanceof EventLogError) || error.position === null) throw error;
        this.#logger.error({ err: error }, 'Something that was asked to be run cannot be read');
        after = error.position.sequence;
      }
    }
  }

  async #forgetOld(): Promise<void> {
    const ended = [...this.#batches.values()].filter(({ end }) => end !== null);
    for (const batch of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) {
      this.#batches.delete(batch.requestId);
      for (const { runId } of batch.runs) this.#batchOfRun.delete(runId);
    }
    const [oldest] = this.#batches.values();
    if (oldest === undefined || oldest.sequence <= this.#trimmed + 1) return;
    this.#trimmed = oldest.sequence - 1;
    await this.#log.trim(STREAM, this.#trimmed);
  }
}
