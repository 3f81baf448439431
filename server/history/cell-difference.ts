import { isDeepStrictEqual } from 'node:util';
import { longestRising } from './longest-rising.ts';
import { matchCells } from './match-cells.ts';
import type { NotebookCell } from './notebook-cells.ts';

/** What became of one cell. */
export type CellDifference =
  | { readonly change: 'added'; readonly before: null; readonly after: NotebookCell }
  | { readonly change: 'removed'; readonly before: NotebookCell; readonly after: null }
  | {
      /** `changed`: its text or its type; what it put out is told apart. */
      readonly change: 'same' | 'changed';
      readonly before: NotebookCell;
      readonly after: NotebookCell;
      /** It stands elsewhere among the others. */
      readonly isMoved: boolean;
      readonly hasOtherOutputs: boolean;
    };

/** Two states of a notebook, cell by cell: in the later one's order, removed ones behind what they stood behind. */
export function cellDifference(
  before: readonly NotebookCell[],
  after: readonly NotebookCell[],
): CellDifference[] {
  const matches = matchCells(before, after);
  const origins = new Map([...matches].map(([from, to]) => [to, from]));
  const inOrder = longestRising(after.flatMap((_, to) => origins.get(to) ?? []));
  const removedBehind = new Map<number, NotebookCell[]>();
  let behind = -1;
  before.forEach((cell, from) => {
    if (inOrder.has(from)) behind = from;
    else if (!matches.has(from)) removedBehind.set(behind, [...(removedBehind.get(behind) ?? []), cell]);
  });
  const removed = (place: number): CellDifference[] =>
    (removedBehind.get(place) ?? []).map((cell) => ({ change: 'removed', before: cell, after: null }));

  const differences = removed(-1);
  after.forEach((cell, to) => {
    const from = origins.get(to);
    const origin = from === undefined ? undefined : before[from];
    if (from === undefined || origin === undefined) {
      differences.push({ change: 'added', before: null, after: cell });
      return;
    }
    differences.push(pairDifference(origin, cell, !inOrder.has(from)));
    if (inOrder.has(from)) differences.push(...removed(from));
  });
  return differences;
}

function pairDifference(before: NotebookCell, after: NotebookCell, isMoved: boolean): CellDifference {
  const isSame = before.source === after.source && before.type === after.type;
  const hasOtherOutputs = !isDeepStrictEqual(before.json['outputs'] ?? [], after.json['outputs'] ?? []);
  return { change: isSame ? 'same' : 'changed', before, after, isMoved, hasOtherOutputs };
}
