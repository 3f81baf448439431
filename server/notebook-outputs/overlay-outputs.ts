import { inOrder, type CellRun } from './cell-run.ts';
import { matchCells } from './match-cells.ts';
import type { NotebookJson } from './notebook-json.ts';
import { showResult } from './show-result.ts';

export interface Overlaid {
  /** The same object where nothing is another; cells that nothing came into are the same objects always. */
  readonly notebook: NotebookJson;
  /** The runs whose cells are in the notebook. */
  readonly placed: readonly CellRun[];
}

/** A notebook with what runs have put into its cells. */
export function overlayOutputs(
  notebook: NotebookJson,
  runs: readonly CellRun[],
  idsAreOwn: boolean,
): Overlaid {
  const places = matchCells(notebook.cells, inOrder(runs), idsAreOwn);
  const cells = [...notebook.cells];
  let changed = false;
  for (const [run, place] of places) {
    const before = cells[place];
    if (before === undefined) continue;
    const after = showResult(before, run);
    changed ||= after !== before;
    cells[place] = after;
  }
  return { notebook: changed ? { ...notebook, cells } : notebook, placed: [...places.keys()] };
}
