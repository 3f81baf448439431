import type { NotebookCell } from './notebook-cells.ts';

/** As much of two sources must be equal, of the longer one, for cells with different ids to be one. */
const ALIKE = 0.5;

/**
 * Which cell has become which, as places: by id; else the next one with equal text; else the one that stands behind
 * the same cell and is much alike (formats before 4.5 have no ids, and some programs give all cells new ones).
 */
export function matchCells(
  before: readonly NotebookCell[],
  after: readonly NotebookCell[],
): ReadonlyMap<number, number> {
  const matches = new Map<number, number>();
  const taken = new Set<number>();
  const match = (from: number, to: number): void => {
    matches.set(from, to);
    taken.add(to);
  };
  const placeOfId = new Map(after.map(({ id }, place) => [id, place]));
  before.forEach(({ id }, from) => {
    const to = id.startsWith('#') ? undefined : placeOfId.get(id);
    if (to !== undefined && !taken.has(to)) match(from, to);
  });

  const byText = new Map<string, number[]>();
  after.forEach((cell, place) => {
    if (taken.has(place) || cell.source.trim() === '') return;
    const key = `${cell.type}\n${cell.source}`;
    byText.set(key, [...(byText.get(key) ?? []), place]);
  });
  before.forEach((cell, from) => {
    const to = matches.has(from) ? undefined : byText.get(`${cell.type}\n${cell.source}`)?.shift();
    if (to !== undefined) match(from, to);
  });

  before.forEach((cell, from) => {
    if (matches.has(from)) return;
    const to = from === 0 ? 0 : (matches.get(from - 1) ?? -2) + 1;
    const candidate = after[to];
    if (candidate === undefined || taken.has(to) || candidate.type !== cell.type) return;
    if (likeness(cell.source, candidate.source) >= ALIKE) match(from, to);
  });
  return matches;
}

/** How much the two have in common at their beginning and end, of the longer one: 0 to 1. */
function likeness(one: string, other: string): number {
  const longer = Math.max(one.length, other.length);
  if (longer === 0) return 1;
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return (start + end) / longer;
}
