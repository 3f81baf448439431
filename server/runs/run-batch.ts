import type { StoredEvent } from '../../event-log/event.ts';
import type { UnsentRun } from './run-model.ts';

/** Cells of one notebook that the server runs one after the other. */
export interface RunBatch {
  readonly requestId: string;
  readonly path: string;
  readonly kernelId: string;
  readonly actor: string;
  readonly stopsOnError: boolean;
  readonly isInteractive: boolean;
  readonly recordsTiming: boolean;
  /** Of the page that asked. */
  readonly host?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly queuedAt: number;
  /** Of its event in the stream `runs`. */
  readonly sequence: number;
  readonly runs: readonly BatchRun[];
  /** Of its runs, those that are not to be sent any more. */
  readonly cancelled: Set<string>;
  /** Of its runs, those that the kernel's stream has. */
  readonly sent: Set<string>;
  end: BatchEnd | null;
}

export interface BatchRun {
  readonly runId: string;
  readonly cellId: string;
  readonly sourceHash: string;
  /** Its failure stops nothing. */
  readonly mayFail: boolean;
  /** The name of the kernel that was chosen for the cell. */
  readonly kernel?: string | undefined;
  /** null once it need not be sent any more. */
  code: string | null;
}

export interface BatchEnd {
  /** Why what is left was not sent, for people. */
  readonly reason: string | null;
}

type BatchEvent = Extract<
  StoredEvent,
  { type: 'run-batch-requested' | 'runs-cancelled' | 'run-batch-ended' }
>;
type RequestedEvent = Extract<BatchEvent, { type: 'run-batch-requested' }>;

/** Folds the next event of the stream `runs` into the batches, by their request ids, oldest first. */
export function foldBatchEvent(batches: Map<string, RunBatch>, event: StoredEvent): void {
  if (event.type === 'run-batch-requested') {
    batches.set(event.data.requestId, batchOf(event));
    return;
  }
  if (event.type !== 'runs-cancelled' && event.type !== 'run-batch-ended') return;
  const batch = batches.get(event.data.requestId);
  if (batch === undefined) return;
  if (event.type === 'runs-cancelled') for (const id of event.data.runIds) batch.cancelled.add(id);
  else {
    const unsent = new Set(event.data.unsent);
    for (const run of batch.runs) {
      run.code = null;
      if (!unsent.has(run.runId)) batch.sent.add(run.runId);
    }
    batch.end = { reason: event.data.reason };
  }
}

function batchOf({ data, actor, frames, time, sequence }: RequestedEvent): RunBatch {
  const { requestId, path, kernelId, stopsOnError, isInteractive, recordsTiming, host } = data;
  const runs = data.runs.map((run, index) => ({ ...run, code: Buffer.from(frames[index] ?? '').toString() }));
  return {
    requestId,
    path,
    kernelId,
    actor,
    stopsOnError,
    isInteractive,
    recordsTiming,
    host,
    queuedAt: time,
    sequence,
    runs,
    cancelled: new Set(),
    sent: new Set(),
    end: null,
  };
}

/** Those of its runs that its kernel knows nothing of. */
export function unsentRuns(batch: RunBatch): UnsentRun[] {
  return batch.runs.filter(({ runId }) => !batch.sent.has(runId)).map((run) => unsentRun(batch, run));
}

/** One as it is known without its kernel. */
export function unsentRun(batch: RunBatch, { runId, cellId, sourceHash, code }: BatchRun): UnsentRun {
  const { requestId, path, kernelId, actor, queuedAt, cancelled, end } = batch;
  const status = cancelled.has(runId) ? 'cancelled' : end === null ? 'queued' : 'aborted';
  return { runId, requestId, path, cellId, kernelId, actor, sourceHash, queuedAt, status, code };
}
