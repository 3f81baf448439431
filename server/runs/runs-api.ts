import type { RunBatch } from './run-batch.ts';
import { unsentRun } from './run-batch.ts';
import type { RunBatches } from './run-batches.ts';
import type { RunFilter } from './run-filter.ts';
import { compareNewest, isWanted } from './run-filter.ts';
import type { RunKernels } from './run-kernels.ts';
import type { KnownRun, RunLedger } from './run-ledger.ts';
import { inputReply, SERVER_SESSION } from './run-messages.ts';
import type { RunModel, WholeRunModel } from './run-model.ts';
import { runModel, unsentRunModel, wholeRunModel, type UnsentRun } from './run-model.ts';
import type { RunRecord } from './run-record.ts';
import { RunsApiError } from './runs-api-error.ts';

/** A batch as the API shows it. */
export interface BatchModel {
  readonly request_id: string;
  readonly path: string;
  readonly kernel_id: string;
  readonly stop_on_error: boolean;
  /** Nothing more is sent of it. */
  readonly is_over: boolean;
  /** `ok`: all were run, and none failed but those tagged `raises-exception`; null before it is over. */
  readonly outcome: 'ok' | 'failed' | null;
  /** Why the rest was not sent, for people. */
  readonly reason: string | null;
  /** In the order in which they are run. */
  readonly runs: readonly RunModel[];
}

/** In milliseconds: how long the answer to a prompt may take to be recorded. */
const RECORDING = 30_000;

/** What people ask of runs, whoever began them and wherever. */
export class RunsApi {
  readonly #ledger: RunLedger;
  readonly #batches: RunBatches;
  readonly #kernels: RunKernels;
  readonly #baseUrl: string;
  /** Prompts that were answered a moment ago, by their messages: each is answered once. */
  readonly #answered = new Set<string>();

  constructor(deps: {
    readonly ledger: RunLedger;
    readonly batches: RunBatches;
    readonly kernels: RunKernels;
    readonly baseUrl: string;
  }) {
    this.#ledger = deps.ledger;
    this.#batches = deps.batches;
    this.#kernels = deps.kernels;
    this.#baseUrl = deps.baseUrl;
  }

  /** Newest first, with those that wait for their turn. */
  async list(wanted: RunFilter, limit: number): Promise<RunModel[]> {
    const known = await this.#ledger.select(wanted, limit);
    const sent = known.map((run) => ({ place: run.record, model: this.#model(run) }));
    const unsent = this.#batches
      .unsent()
      .filter((run) => isWanted({ ...run, id: run.runId }, wanted))
      .filter(({ kernelId }) => wanted.kernelId === null || wanted.kernelId === kernelId)
      .map((run) => ({ place: { id: run.runId, queuedAt: run.queuedAt }, model: unsentRunModel(run) }));
    return [...unsent, ...sent]
      .sort((one, other) => compareNewest(one.place, other.place))
      .slice(0, limit)
      .map(({ model }) => model);
  }

  /** @throws RunsApiError run_not_found */
  async get(runId: string): Promise<WholeRunModel> {
    const found = await this.#find(runId);
    if ('record' in found)
      return wholeRunModel(found, this.#batches.ofRun(runId)?.requestId ?? null, this.#baseUrl);
    return { ...unsentRunModel(found), code: found.code, outputs: [], texts: {} };
  }

  /** @throws RunsApiError run_not_found */
  async batch(requestId: string): Promise<BatchModel> {
    const batch = this.#batches.find(requestId);
    if (batch === null)
      throw new RunsApiError(
        'run_not_found',
        `Nothing was asked by the request id ${requestId}, or it is long ago.`,
        'Ask again with POST.',
      );
    return this.batchModel(batch);
  }

  async batchModel(batch: RunBatch): Promise<BatchModel> {
    const runs: RunModel[] = [];
    for (const run of batch.runs) {
      const found = await this.#ledger.findIn(batch.kernelId, run.runId);
      // One that is on its way to its kernel is not recorded yet; one of long ago is forgotten.
      if (found !== null) runs.push(this.#model(found));
      else if (batch.end === null || !batch.sent.has(run.runId))
        runs.push(unsentRunModel(unsentRun(batch, run)));
    }
    return {
      request_id: batch.requestId,
      path: batch.path,
      kernel_id: batch.kernelId,
      stop_on_error: batch.stopsOnError,
      is_over: batch.end !== null,
      outcome: batch.end === null ? null : isOk(batch, runs) ? 'ok' : 'failed',
      reason: batch.end?.reason ?? null,
      runs,
    };
  }

  /** @throws RunsApiError run_not_found, no_open_prompt; HttpError 404 where its kernel is gone */
  async answer(runId: string, value: string, actor: string): Promise<void> {
    const found = await this.#find(runId);
    const prompt = 'record' in found ? found.record.prompt : null;
    if (!('record' in found) || prompt === null || this.#answered.has(prompt.messageId))
      throw new RunsApiError(
        'no_open_prompt',
        `The run ${runId} waits for no answer.`,
        'Read the run again: somebody may have answered, or it is over.',
      );
    const { messageId } = prompt;
    this.#answered.add(messageId);
    try {
      const reply = inputReply({ messageId, session: found.record.session }, value, actor);
      this.#kernels.send(found.runs.kernelId, reply, SERVER_SESSION, actor);
      const isAnswered = ({ prompt: open }: RunRecord): boolean => open?.messageId !== messageId;
      const patience = AbortSignal.timeout(RECORDING);
      await this.#ledger.when(
        isAnswered,
        { kernelId: found.runs.kernelId, runId },
        { patience: 0, signal: patience },
      );
    } finally {
      this.#answered.delete(messageId);
    }
  }

  /**
   * Takes back what is not yet sent; interrupts what runs.
   * @throws RunsApiError run_not_found, run_is_over, run_is_with_kernel
   */
  async cancel(runId: string, actor: string): Promise<void> {
    const batch = this.#batches.ofRun(runId);
    if (batch !== null && (await this.#batches.cancel(batch, [runId], actor)).length > 0) return;
    const found = await this.#find(runId);
    const status = 'record' in found ? found.record.status : found.status;
    if (status !== 'queued' && status !== 'running')
      throw new RunsApiError('run_is_over', `The run ${runId} is over.`, 'There is nothing to cancel.');
    if (!('record' in found) || status === 'queued')
      throw new RunsApiError(
        'run_is_with_kernel',
        `The run ${runId} waits in its kernel, which takes nothing back.`,
        'Cancel it again once it runs, or restart the kernel.',
      );
    await this.#kernels.interrupt(found.runs.kernelId, actor);
  }

  /** All of it. @throws RunsApiError run_not_found */
  async cancelBatch(requestId: string, actor: string): Promise<BatchModel> {
    const batch = this.#batches.find(requestId);
    if (batch === null) return this.batch(requestId);
    const ids = batch.runs.map(({ runId }) => runId);
    await this.#batches.cancel(batch, ids, actor);
    for (const runId of batch.sent) {
      const found = await this.#ledger.findIn(batch.kernelId, runId);
      if (found?.record.status === 'running') await this.#kernels.interrupt(batch.kernelId, actor);
    }
    return this.batchModel(batch);
  }

  async #find(runId: string): Promise<KnownRun | UnsentRun> {
    const found = await this.#ledger.find(runId);
    if (found !== null) return found;
    const batch = this.#batches.ofRun(runId);
    const run = batch?.runs.find((each) => each.runId === runId);
    // Also one that is on its way to its kernel, and not recorded yet.
    if (batch !== null && run !== undefined && (batch.end === null || !batch.sent.has(runId)))
      return unsentRun(batch, run);
    throw new RunsApiError(
      'run_not_found',
      `There is no run ${runId}, or it is long ago.`,
      'GET /api/in-the-loop/v1/runs lists those that are known.',
    );
  }

  #model(run: KnownRun): RunModel {
    return runModel(run, this.#batches.ofRun(run.record.id)?.requestId ?? null);
  }
}

function isOk({ runs }: RunBatch, models: readonly RunModel[]): boolean {
  const status = new Map(models.map((model) => [model.id, model.status]));
  return runs.every(({ runId, mayFail }) => {
    const is = status.get(runId);
    return is === 'done' || (is === 'failed' && mayFail);
  });
}
