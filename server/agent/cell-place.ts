import type * as Y from 'yjs';
import type { Neighbours } from './cell-change.ts';
import { cellsIn, idOf, placeOfCell } from './shared-cell.ts';

/** Between which cells one at this index stands, or would be put. @param own its id, if it is there itself */
export function neighboursAt(ydoc: Y.Doc, index: number, own: string | null): Neighbours {
  const ids = [...cellsIn(ydoc)].map(idOf).filter((id) => id !== own);
  return { before: ids[index - 1] ?? null, behind: ids[index] ?? null };
}

/** Where a cell belongs that stood between these, though others have come or gone since. */
export function indexBetween(ydoc: Y.Doc, { before, behind }: Neighbours, own: string): number {
  const ids = [...cellsIn(ydoc)].map(idOf).filter((id) => id !== own);
  const place = before === null ? -1 : ids.indexOf(before);
  if (place >= 0) return place + 1;
  const next = behind === null ? -1 : ids.indexOf(behind);
  if (next >= 0) return next;
  return before === null ? 0 : ids.length;
}

/** Whether it is still on the right side of those that it stood between. */
export function isStillBetween(ydoc: Y.Doc, cellId: string, { before, behind }: Neighbours): boolean {
  const at = placeOfCell(ydoc, cellId)?.index ?? -1;
  const [previous, next] = [before, behind].map((id) => (id === null ? null : placeOfCell(ydoc, id)));
  return (previous == null || previous.index < at) && (next == null || next.index > at);
}

/** Yjs cannot move: what stands there afterwards is a copy, as @jupyter/ydoc makes it, with all it shows. */
export function moveCell(ydoc: Y.Doc, cellId: string, to: number): void {
  const cells = cellsIn(ydoc);
  const place = placeOfCell(ydoc, cellId);
  if (place === null || place.index === to) return;
  const copy = place.cell.clone();
  cells.delete(place.index, 1);
  cells.insert(to, [copy]);
}
