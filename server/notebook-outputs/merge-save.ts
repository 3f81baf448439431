import type { CellRun, ReleasedRun, RunMark } from './cell-run.ts';
import { inOrder, markOf } from './cell-run.ts';
import { matchCells } from './match-cells.ts';
import type { JsonObject, NotebookJson } from './notebook-json.ts';
import { showResult, showsResult } from './show-result.ts';
import { showsBeginning } from './shows-beginning.ts';

/**
 * Whether whoever saves has what a run said: `seen`: all of it; `known`: the cell, but not all that came since;
 * `unseen`: perhaps not even the cell.
 */
export type Sight = 'seen' | 'known' | 'unseen';

export interface MergedSave {
  /** What is written; what was sent, the same object, where nothing is kept that it lacks. */
  readonly notebook: NotebookJson;
  readonly folded: readonly RunMark[];
  readonly released: readonly ReleasedRun[];
  /** Something that runs said is not in it, so that the file before may be the only one that shows it. */
  readonly drops: boolean;
}

/**
 * What a save becomes that names no version it is based on: outputs that were seen are as the client sent them, and
 * their absence means cleared or deleted; all others are kept. A cell that ran and is unknown to whoever saves is not put
 * in here, for the client would not know of it: that waits until nobody has the notebook open.
 * @param isAlone there is no other page: if what is sent shows all of a run, all pages have seen it
 */
export function mergeSave(
  sent: NotebookJson,
  runs: readonly CellRun[],
  sightOf: (run: CellRun) => Sight,
  isAlone: boolean,
): MergedSave {
  const places = matchCells(sent.cells, inOrder(runs), true);
  const cells = [...sent.cells];
  const folded: RunMark[] = [];
  const released: ReleasedRun[] = [];
  let drops = false;
  for (const run of runs) {
    const place = places.get(run);
    const cell = place === undefined ? undefined : cells[place];
    const sight = sightOf(run);
    if (place === undefined || cell === undefined) {
      drops = true;
      if (sight !== 'unseen') released.push({ ...markOf(run), outputs: 'gone' });
      continue;
    }
    const isShown = showsResult(cell, run);
    // A page puts a save together before it sends it, and confirms meanwhile what it has not put in.
    const isLate = !isShown && showsBeginning(cell, run.outputs);
    if ((sight === 'seen' && !isLate) || (isShown && isAlone)) {
      drops ||= !isShown;
      released.push({ ...markOf(run), outputs: isCleared(cell, run) ? 'cleared' : 'kept' });
    } else {
      cells[place] = showResult(cell, run);
      folded.push(markOf(run));
    }
  }
  const isAsSent = cells.every((cell, place) => cell === sent.cells[place]);
  return { notebook: isAsSent ? sent : { ...sent, cells }, folded, released, drops };
}

function isCleared({ outputs }: JsonObject, run: CellRun): boolean {
  return run.outputs.length > 0 && Array.isArray(outputs) && outputs.length === 0;
}
