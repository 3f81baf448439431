import type { CellRunState } from '../wire/cell-run-state.ts';
import type { CellResult } from './write-result.ts';

/** One run at one moment. */
export interface RunMark {
  readonly kernelId: string;
  readonly id: string;
  /** Larger than before whenever anything of it is another. */
  readonly revision: number;
}

/** The latest run of a cell. */
export interface CellRun extends RunMark {
  readonly cellId: string;
  readonly isOver: boolean;
  readonly result: CellResult;
}

/** What has run, or is to, of notebooks' cells. */
export interface RunResults {
  /**
   * The latest run of each cell, where it has something that the notebook's file is not known to have. All that was
   * committed before the call is in them (I1).
   * @param isWanted spares reading the outputs of others
   */
  of(
    path: string,
    isWanted: (run: Pick<CellRun, 'id' | 'cellId' | 'revision'>) => boolean,
  ): Promise<readonly CellRun[]>;
  /** By cell, the runs that no kernel knows of yet. */
  waiting(path: string): ReadonlyMap<string, CellRunState>;
  /** Is called with the path of a notebook whenever any of this is another. @returns how to stop that */
  onChanged(listener: (path: string) => void): () => void;
  /** Somebody has emptied the cells of these runs: what they have said until now is gone. @throws EventLogError */
  emptied(runs: readonly RunMark[]): Promise<void>;
  /** The file shows these runs as they were then, or has no such cells any more. @throws EventLogError */
  saved(runs: readonly (RunMark & { readonly isOver: boolean; readonly hasCell: boolean })[]): Promise<void>;
}
