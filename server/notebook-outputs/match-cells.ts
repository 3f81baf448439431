import type { CellRun } from './cell-run.ts';
import type { JsonObject } from './notebook-json.ts';

/**
 * Which cell of a notebook each run belongs to, by its place: the code cell of that id. Cells of old notebooks have no
 * ids, and clients think some up when they open one: there the first cell with the code that ran and no other run counts.
 * @param idsAreOwn whether the ids are those that clients know
 */
export function matchCells(
  cells: readonly JsonObject[],
  runs: readonly CellRun[],
  idsAreOwn: boolean,
): ReadonlyMap<CellRun, number> {
  const places = new Map<unknown, number>();
  const nameless = new Map<unknown, number[]>();
  cells.forEach((cell, place) => {
    if (idsAreOwn && cell['id'] !== undefined) places.set(cell['id'], place);
    else if (cell['cell_type'] === 'code') {
      const same = nameless.get(cell['source']);
      if (same === undefined) nameless.set(cell['source'], [place]);
      else same.push(place);
    }
  });
  const matched = new Map<CellRun, number>();
  for (const run of runs) {
    const place = places.get(run.cellId) ?? nameless.get(run.code)?.shift();
    if (place !== undefined) matched.set(run, place);
  }
  return matched;
}
