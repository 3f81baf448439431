import type { OutputView } from '../../ai-agent/notebook-prompt/notebook-view.ts';

export type AgentRunStatus =
  'queued' | 'running' | 'done' | 'failed' | 'aborted' | 'cancelled' | 'interrupted' | 'lost';

/** A run of a cell, as far as agents are told. */
export interface AgentRun {
  readonly id: string;
  readonly cellId: string;
  readonly status: AgentRunStatus;
  /** Who asked for it: a user name, or an agent. */
  readonly who: string;
  /** ISO 8601. */
  readonly queued: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly executionCount: number | null;
  /** What it waits for somebody to type. */
  readonly prompt: string | null;
}

export interface WholeAgentRun extends AgentRun {
  readonly path: string;
  /** Null for a run that is no longer its cell's latest. */
  readonly outputs: readonly OutputView[] | null;
}

/** Cells that were asked for together, in their order. */
export interface AgentBatch {
  readonly requestId: string;
  /** Nothing more is run of it. */
  readonly isOver: boolean;
  /** Why the rest was not run. */
  readonly reason: string | null;
  readonly runs: readonly AgentRun[];
}

/** What agents ask of the queue of runs. */
export interface AgentRuns {
  /**
   * Has cells run; asked again with the same request id, nothing is run again.
   * @param asked.sourceHashes by cell id: a cell whose source is another is not run, and none is
   * @throws ToolError
   */
  request(
    asked: {
      readonly requestId: string;
      readonly path: string;
      readonly cells: readonly string[];
      readonly sourceHashes: Readonly<Record<string, string>>;
      readonly stopsOnError: boolean;
    },
    actor: string,
  ): Promise<AgentBatch>;
  /** @throws ToolError where it is not known */
  batch(requestId: string): Promise<AgentBatch>;
  /** @throws ToolError where it is not known */
  get(runId: string): Promise<WholeAgentRun>;
  /** Newest first. @param cellId null: of all cells */
  list(path: string, cellId: string | null, limit: number): Promise<AgentRun[]>;
  /** Takes back what was asked by a request id, and interrupts what runs of it; nothing for one that is not known. */
  cancel(requestId: string, actor: string): Promise<void>;
  /** Told of whenever any run is another. @returns what ends it */
  onChanged(listener: () => void): () => void;
}

export function isOver({ status }: Pick<AgentRun, 'status'>): boolean {
  return status !== 'queued' && status !== 'running';
}
