import { notebookRun } from './notebook-run.ts';
import type { KnownRun } from './run-ledger.ts';
import type { InputPrompt, RunRecord, RunStatus } from './run-record.ts';
import { runTextPath } from './run-text-path.ts';
import type { NbformatOutput } from './nbformat-output.ts';

/** A run as the API shows it in lists. Times are ISO 8601. */
export interface RunModel {
  readonly id: string;
  /** Of the batch that it is part of; null for what a person ran in a browser. */
  readonly request_id: string | null;
  readonly path: string;
  readonly cell_id: string;
  readonly kernel_id: string;
  readonly status: RunStatus;
  /** A user name. */
  readonly who: string;
  readonly source_hash: string;
  readonly queued: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly execution_count: number | null;
  /** Another one whenever anything else is; grows. */
  readonly revision: number;
  /** The notebook's file has its outputs as they are now. */
  readonly is_in_file: boolean;
  readonly prompt: PromptModel | null;
}

export interface PromptModel {
  readonly message_id: string;
  readonly prompt: string;
  readonly is_password: boolean;
}

/** One run alone. */
export interface WholeRunModel extends RunModel {
  /** null for a run that is no longer its cell's latest. */
  readonly code: string | null;
  /** As nbformat stores them; null for a run that is no longer its cell's latest. */
  readonly outputs: readonly NbformatOutput[] | null;
  /** All that it printed, by the stream's name. */
  readonly texts: Readonly<Record<string, { readonly bytes: number; readonly url: string }>>;
}

export function runModel({ runs, record }: KnownRun, requestId: string | null): RunModel {
  const { id, path, cellId, status, actor, sourceHash, executionCount, revision } = record;
  const written = Math.max(record.foldedRevision, record.releasedRevision);
  return {
    id,
    request_id: requestId,
    path,
    cell_id: cellId,
    kernel_id: runs.kernelId,
    status,
    who: actor,
    source_hash: sourceHash,
    queued: timeOf(record.queuedAt),
    started: record.startedAt === null ? null : timeOf(record.startedAt),
    ended: record.endedAt === null ? null : timeOf(record.endedAt),
    execution_count: executionCount,
    revision,
    is_in_file: revision <= written,
    prompt: record.prompt === null ? null : promptModel(record.prompt),
  };
}

export function wholeRunModel(run: KnownRun, requestId: string | null, baseUrl: string): WholeRunModel {
  const { code = null, outputs = null } = notebookRun(run.runs, run.record, baseUrl) ?? {};
  return { ...runModel(run, requestId), code, outputs, texts: textsOf(run.record, baseUrl) };
}

/** One that waits for its turn, and that its kernel knows nothing of. */
export interface UnsentRun {
  readonly runId: string;
  readonly requestId: string;
  readonly path: string;
  readonly cellId: string;
  readonly kernelId: string;
  readonly actor: string;
  readonly sourceHash: string;
  readonly queuedAt: number;
  readonly status: 'queued' | 'cancelled' | 'aborted';
  readonly code: string | null;
}

export function unsentRunModel(run: UnsentRun): RunModel {
  return {
    id: run.runId,
    request_id: run.requestId,
    path: run.path,
    cell_id: run.cellId,
    kernel_id: run.kernelId,
    status: run.status,
    who: run.actor,
    source_hash: run.sourceHash,
    queued: timeOf(run.queuedAt),
    started: null,
    ended: null,
    execution_count: null,
    revision: 0,
    is_in_file: true,
    prompt: null,
  };
}

function promptModel({ messageId, prompt, isPassword }: InputPrompt): PromptModel {
  return { message_id: messageId, prompt, is_password: isPassword };
}

function textsOf({ id, texts }: RunRecord, baseUrl: string): WholeRunModel['texts'] {
  return Object.fromEntries(
    [...texts].map(([name, { bytes }]) => [name, { bytes, url: runTextPath(baseUrl, id, name) }]),
  );
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
