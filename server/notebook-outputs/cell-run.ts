/** What a cell shows of a run. */
export interface CellResult {
  /** As nbformat has them. */
  readonly outputs: readonly object[];
  readonly executionCount: number | null;
  /** The `execution` of the cell's metadata; null: it has none. */
  readonly timing: Readonly<Record<string, string>> | null;
  /** The `in_the_loop_ran_on` of the cell's metadata; it has none where this is null or missing. */
  readonly ranOn?: object | null;
}

/** The latest run of a cell, as far as notebook files are concerned with it. */
export interface CellRun extends CellResult {
  readonly id: string;
  readonly cellId: string;
  readonly code: string;
  readonly kernelId: string;
  /** Of the kernel websocket that asked for it. */
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly queuedAt: number;
  /** The sequence of its last change in the kernel's stream. */
  readonly revision: number;
  /** Up to this revision the file has its outputs; 0 for not at all. */
  readonly foldedRevision: number;
}

/** `cleared`: somebody emptied the cell; `gone`: there is no such cell any more. */
export type ReleasedOutputs = 'kept' | 'cleared' | 'gone';

/** A run, as it was at a revision. */
export interface RunMark {
  readonly kernelId: string;
  readonly id: string;
  readonly revision: number;
}

export interface ReleasedRun extends RunMark {
  readonly outputs: ReleasedOutputs;
}

/** The runs that have left something for notebooks. */
export interface RunLedger {
  /** Of each cell of a notebook its latest run, if it has changed since it was released. All that was committed is in them. */
  runsOf(path: string): Promise<readonly CellRun[]>;
  /** The cells of a notebook in the order of their latest runs, also of those that were released. */
  cellsInOrder(path: string): Promise<readonly string[]>;
  /** Notebooks with runs that are not released. */
  notebooks(): Promise<readonly string[]>;
  /** The file has the outputs of these runs from now on, as they were at those revisions. */
  folded(runs: readonly RunMark[]): Promise<void>;
  /** What these runs said up to those revisions is the file's business alone from now on. */
  released(runs: readonly ReleasedRun[]): Promise<void>;
  /** Is called with the path of a notebook whenever its runs are others than before. @returns how to stop that */
  onChanged(listener: (path: string) => void): () => void;
}

/** Whether it has something that the file has not. */
export function isPending({ revision, foldedRevision }: CellRun): boolean {
  return revision > foldedRevision;
}

export function markOf({ kernelId, id, revision }: CellRun): RunMark {
  return { kernelId, id, revision };
}

/** In the order in which they were asked for. */
export function inOrder(runs: readonly CellRun[]): readonly CellRun[] {
  return runs.toSorted((one, other) => one.queuedAt - other.queuedAt);
}
