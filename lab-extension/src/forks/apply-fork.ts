import { YFile, YNotebook } from '@jupyter/ydoc';
import type { ForkCell } from './fork-content.ts';
import { changedStretch, type CellDifference } from './fork-difference.ts';

/**
 * Puts what somebody chose of a fork into the open document, as one change of theirs: it can be undone, and all see it.
 * @param model the document's YNotebook or YFile
 */
export function applyDifferences(model: unknown, differences: readonly CellDifference[]): void {
  if (model instanceof YFile) {
    const [change] = differences;
    if (change !== undefined) replaceText(model, change.mine.source);
    return;
  }
  if (!(model instanceof YNotebook)) return;
  const cells = new Map(model.cells.map((cell) => [cell.id, cell]));
  // The model's own list is brought up to date after the whole change only.
  const ids = model.cells.map(({ id }) => id);
  model.transact(() => {
    for (const difference of differences) {
      const { mine } = difference;
      const cell = cells.get(mine.id);
      if (cell !== undefined) replaceText(cell, mine.source);
      else if (difference.kind === 'added') {
        const place = placeOf(difference, differences, ids);
        model.insertCell(place, sharedCellOf(mine));
        ids.splice(place, 0, mine.id);
      }
    }
  });
}

/** After the cell that it follows in the fork, and after others that were put there before it. */
function placeOf(
  { mine, after }: Extract<CellDifference, { kind: 'added' }>,
  all: readonly CellDifference[],
  ids: readonly string[],
): number {
  const besides = all.filter(
    (each) => each.kind === 'added' && each.after === after && each.mine.id !== mine.id,
  );
  let place = after === null ? 0 : ids.indexOf(after) + 1;
  while (besides.some((each) => each.mine.id === ids[place])) place += 1;
  return place;
}

function sharedCellOf({ id, cellType, source, metadata }: ForkCell): Parameters<YNotebook['insertCell']>[1] {
  // Its outputs are not carried along: only the server puts results into a shared document (I2).
  const code = cellType === 'code' ? { outputs: [], execution_count: null } : {};
  return { id, cell_type: cellType, source, metadata, ...code };
}

function replaceText(
  target: { getSource(): string; updateSource(start: number, end: number, value: string): void },
  source: string,
): void {
  const { start, end, value } = changedStretch(target.getSource(), source);
  if (start !== end || value !== '') target.updateSource(start, end, value);
}
