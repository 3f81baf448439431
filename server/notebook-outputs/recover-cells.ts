import { inOrder, type CellRun } from './cell-run.ts';
import { matchCells } from './match-cells.ts';
import { hasCellIds, type JsonObject, type NotebookJson } from './notebook-json.ts';

/** What nbformat allows. */
const CELL_ID = /^[\w-]{1,64}$/;

/**
 * A notebook with what people ran and nobody saved: cells that are in no saved version, behind the cell that ran before
 * them or at the end, and the code that ran in the place of what was saved before. Only for a notebook that no client has
 * open: whoever has may have gone on editing. The same object where nothing is another.
 * @param order the cells of the notebook in the order in which they ran
 * @param savedAt when somebody saved the notebook last, in milliseconds since the epoch: what ran before that was edited
 * after it ran, or not
 */
export function recoverCells(
  notebook: NotebookJson,
  runs: readonly CellRun[],
  { order, savedAt, idsAreOwn }: { order: readonly string[]; savedAt: number; idsAreOwn: boolean },
): NotebookJson {
  const places = matchCells(notebook.cells, inOrder(runs), idsAreOwn);
  const cells = [...notebook.cells];
  for (const [{ code, queuedAt }, place] of places) {
    const cell = cells[place];
    if (cell?.['cell_type'] === 'code' && cell['source'] !== code && queuedAt > savedAt)
      cells[place] = { ...cell, source: code };
  }
  for (const run of inOrder(runs)) {
    if (places.has(run) || !idsAreOwn || run.code.trim() === '' || !CELL_ID.test(run.cellId)) continue;
    cells.splice(placeFor(cells, run.cellId, order), 0, newCell(run, hasCellIds(notebook)));
  }
  const isSame =
    cells.length === notebook.cells.length && cells.every((cell, place) => cell === notebook.cells[place]);
  return isSame ? notebook : { ...notebook, cells };
}

function placeFor(cells: readonly JsonObject[], cellId: string, order: readonly string[]): number {
  for (let before = order.indexOf(cellId) - 1; before >= 0; before -= 1) {
    const place = cells.findIndex(({ id }) => id !== undefined && id === order[before]);
    if (place >= 0) return place + 1;
  }
  return cells.length;
}

function newCell({ cellId, code }: CellRun, withId: boolean): JsonObject {
  const cell = { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: code };
  return withId ? { ...cell, id: cellId } : cell;
}
