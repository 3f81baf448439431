import type { ExecutionTiming } from './execution-timing.ts';
import { resultOf } from './cell-result.ts';
import type { KernelRuns } from './kernel-runs.ts';
import type { NbformatOutput } from './nbformat-output.ts';
import type { RanOn } from './ran-on.ts';
import type { InputPrompt, RunRecord, RunStatus } from './run-record.ts';
import { isOver } from './run-record.ts';

/** The latest run of one cell, as the notebook's file is concerned with it. */
export interface NotebookRun {
  /** The message id of its request. */
  readonly id: string;
  readonly kernelId: string;
  readonly path: string;
  readonly cellId: string;
  readonly code: string;
  /** SHA-256 of the code, in hexadecimal digits. */
  readonly sourceHash: string;
  readonly actor: string;
  /** Of the kernel websocket that asked for it. */
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly queuedAt: number;
  /** As `queuedAt`; null for one that has not begun. */
  readonly startedAt: number | null;
  /** What its kernel waits for somebody to type. */
  readonly prompt: InputPrompt | null;
  readonly status: RunStatus;
  /** Outputs may still come, from tasks, threads, and updates of displays: then `revision` is another. */
  readonly isOver: boolean;
  readonly executionCount: number | null;
  readonly outputs: readonly NbformatOutput[];
  /** Belongs into the cell's metadata as `execution`; null: the cell has none. */
  readonly timing: ExecutionTiming | null;
  /** Belongs into the cell's metadata as `in_the_loop_ran_on`, where its notebook uses several kernels; null: it has none. */
  readonly ranOn: RanOn | null;
  /** The sequence of its last change in the kernel's stream `kernel/<id>`. */
  readonly revision: number;
  /** Up to this revision the file has its outputs; 0 for not at all. */
  readonly foldedRevision: number;
}

/** One run at one moment: what is said of it holds up to that revision. */
export interface RunMark {
  readonly kernelId: string;
  readonly id: string;
  readonly revision: number;
}

/**
 * `kept`: the file has them; `cleared`: its cell is empty now; `emptied`: and whatever came until that was noted is gone
 * with it; `gone`: the notebook has no such cell any more.
 */
export type ReleasedOutputs = 'kept' | 'cleared' | 'emptied' | 'gone';

/** @returns null for a run that is no longer its cell's latest */
export function notebookRun(
  { kernelId, folder }: KernelRuns,
  record: RunRecord,
  baseUrl: string,
): NotebookRun | null {
  const run = folder.runs.get(record.id);
  if (run === undefined || record.code === null) return null;
  const { executionCount, outputs, timing, ranOn } = resultOf(run, baseUrl);
  const { id, path, cellId, code, sourceHash, actor, session, queuedAt, startedAt, prompt } = record;
  const { status, revision, foldedRevision } = record;
  return {
    id,
    kernelId,
    path,
    cellId,
    code,
    sourceHash,
    actor,
    session,
    queuedAt,
    startedAt,
    prompt,
    status,
    isOver: isOver(record),
    executionCount,
    outputs,
    timing,
    ranOn,
    revision,
    foldedRevision,
  };
}
