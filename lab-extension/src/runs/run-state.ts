import type { ISharedCell } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import type { CellRunState } from '../../../server/wire/cell-run-state.ts';

/** Where the server says in a shared cell how far its run is (server/wire/cell-run-state). */
export const CELL_RUN_KEY = 'in_the_loop_run';

/** What the server says of a cell's run that is not over; null: it neither waits nor runs. */
export function runStateOf(cell: ISharedCell): CellRunState | null {
  if (cell.cell_type !== 'code') return null;
  return ((cell as YCodeCell).ymodel.get(CELL_RUN_KEY) as CellRunState | undefined) ?? null;
}
