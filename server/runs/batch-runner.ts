import type { Logger } from '../logger.ts';
import type { BatchRun, RunBatch } from './run-batch.ts';
import type { RunKernels } from './run-kernels.ts';
import type { RunLedger } from './run-ledger.ts';
import { executeRequest, SERVER_SESSION } from './run-messages.ts';
import type { RunStatus } from './run-record.ts';
import { isOver } from './run-record.ts';

export interface BatchRunnerOptions {
  readonly ledger: RunLedger;
  readonly kernels: RunKernels;
  readonly logger: Logger;
  /** Others of its cells wait than before. */
  sent(batch: RunBatch): void;
  /** Nothing more is sent of it. @param reason why nothing is to be sent behind its last run, for people */
  ended(batch: RunBatch, reason: string | null): Promise<void>;
}

/** In milliseconds: how long a request may take to be recorded. One that is refused never is. */
const PATIENCE = 30_000;

/**
 * Sends the runs of batches, one at a time: what is not yet sent can be cancelled, and survives a crash of the server.
 * A run's id is the message id of its request, and the request is in the log before the kernel has it: so whoever goes
 * on with a batch sees what was sent, and sends nothing twice.
 */
export class BatchRunner {
  readonly #options: BatchRunnerOptions;
  readonly #abort = new AbortController();
  /** By kernel, the last batch in its queue. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(options: BatchRunnerOptions) {
    this.#options = options;
  }

  /** Behind what its kernel has already been asked. */
  run(batch: RunBatch): void {
    const { kernelId } = batch;
    const before = this.#last.get(kernelId) ?? Promise.resolve();
    const next = before
      .then(() => this.#run(batch))
      .catch((error: unknown) => this.#failed(batch, error))
      .finally(() => {
        if (this.#last.get(kernelId) === next) this.#last.delete(kernelId);
      });
    this.#last.set(kernelId, next);
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort(new Error('The server ends'));
    await Promise.all(this.#last.values());
  }

  async #run(batch: RunBatch): Promise<void> {
    // It went with another one.
    if (batch.end !== null) return;
    let reason: string | null = null;
    for (const run of batch.runs) {
      if (batch.cancelled.has(run.runId)) continue;
      reason = this.#whyNotOn(batch, run, await this.#runOne(batch, run));
      if (reason !== null) break;
    }
    this.#abort.signal.throwIfAborted();
    await this.#options.ended(batch, reason);
  }

  /** @returns null where it could not be sent */
  async #runOne(batch: RunBatch, run: BatchRun): Promise<RunStatus | null> {
    const { ledger, kernels } = this.#options;
    const { signal } = this.#abort;
    const { kernelId, actor, recordsTiming, host } = batch;
    const { runId, cellId } = run;
    signal.throwIfAborted();
    const known = (await ledger.findIn(kernelId, runId))?.record ?? null;
    if (known !== null) batch.sent.add(runId);
    if (known !== null && isOver(known)) return known.status;
    if (!kernels.has(kernelId)) return null;
    if (known === null) {
      if (batch.cancelled.has(runId)) return 'cancelled';
      batch.sent.add(runId);
      const { code, kernel } = run;
      const asked = { runId, cellId, code: code ?? '', kernel, host, actor, recordsTiming };
      const message = executeRequest(asked);
      kernels.send(kernelId, message, SERVER_SESSION, actor);
      this.#options.sent(batch);
    }
    run.code = null;
    const over = await ledger.when(isOver, { kernelId, runId }, { patience: PATIENCE, signal });
    if (over === null) batch.sent.delete(runId);
    return over?.status ?? null;
  }

  #whyNotOn(
    { stopsOnError, kernelId }: RunBatch,
    { cellId, mayFail }: BatchRun,
    status: RunStatus | null,
  ): string | null {
    if (status === 'done' || status === 'cancelled') return null;
    if (status === 'failed') return stopsOnError && !mayFail ? `Cell ${cellId} failed.` : null;
    if (status !== null) return `The run of cell ${cellId} was ${status}.`;
    return this.#options.kernels.has(kernelId)
      ? `Cell ${cellId} could not be sent to the kernel; the server's log says why.`
      : `The kernel ${kernelId} is gone.`;
  }

  #failed({ requestId }: RunBatch, error: unknown): void {
    // The next server goes on with it.
    if (this.#abort.signal.aborted) return;
    this.#options.logger.error({ err: error, requestId }, 'Cells could not be run to their end');
  }
}
