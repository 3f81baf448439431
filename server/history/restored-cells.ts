import { randomUUID } from 'node:crypto';
import { matchCells } from './match-cells.ts';
import type { NotebookCell } from './notebook-cells.ts';

/**
 * The cells that a notebook has once a version, or some cells of it, are restored. A cell that is still there keeps its
 * present id and, if it alone is restored, its place; one that is gone comes back behind what it stood behind.
 * @param wanted ids in the version; null: all of it, and nothing else
 */
export function restoredCells(
  present: readonly NotebookCell[],
  version: readonly NotebookCell[],
  wanted: ReadonlySet<string> | null,
): NotebookCell[] {
  const places = matchCells(version, present);
  const restored = version.map((cell, place) => {
    const now = places.get(place);
    return withId(cell, (now === undefined ? undefined : present[now]?.id) ?? cell.id);
  });
  if (wanted === null) return restored;
  const cells = [...present];
  version.forEach(({ id }, place) => {
    const cell = restored[place];
    if (!wanted.has(id) || cell === undefined) return;
    const now = places.get(place);
    if (now !== undefined)
      cells.splice(
        cells.findIndex((each) => each.id === present[now]?.id),
        1,
        cell,
      );
    else cells.splice(placeBehind(cells, restored.slice(0, place)), 0, cell);
  });
  return cells;
}

function placeBehind(cells: readonly NotebookCell[], earlier: readonly NotebookCell[]): number {
  const places = new Map(cells.map(({ id }, place) => [id, place]));
  for (const { id } of earlier.toReversed()) {
    const place = places.get(id);
    if (place !== undefined) return place + 1;
  }
  return 0;
}

function withId(cell: NotebookCell, wish: string): NotebookCell {
  const id = wish.startsWith('#') ? randomUUID() : wish;
  return { ...cell, id, json: { ...cell.json, id } };
}
