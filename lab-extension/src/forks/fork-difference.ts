import type { ForkCell } from './fork-content.ts';

/** One cell of a fork beside the document as it is now. */
export type CellDifference =
  | { readonly kind: 'changed'; readonly place: number; readonly mine: ForkCell; readonly theirs: ForkCell }
  /** The document does not have it (any more). `after` is the cell of the document that it follows; null for none. */
  | {
      readonly kind: 'added';
      readonly place: number;
      readonly mine: ForkCell;
      readonly after: string | null;
    };

/**
 * What a fork has that the document does not. A cell that only the document has is no difference: whether it was deleted
 * in the fork or came to the document later cannot be known, and applying a fork takes nothing away.
 */
export function forkDifference(
  mine: readonly ForkCell[],
  theirs: readonly ForkCell[],
): readonly CellDifference[] {
  const byId = new Map(theirs.map((cell) => [cell.id, cell]));
  const differences: CellDifference[] = [];
  let after: string | null = null;
  mine.forEach((cell, place) => {
    const other = byId.get(cell.id);
    if (other === undefined) {
      // An empty cell says nothing that could be missed.
      if (cell.source.trim() !== '') differences.push({ kind: 'added', place, mine: cell, after });
    } else {
      if (other.source !== cell.source)
        differences.push({ kind: 'changed', place, mine: cell, theirs: other });
      after = cell.id;
    }
  });
  return differences;
}

/** The one stretch of text in which two are different: what is applied, so that cursors elsewhere stay. */
export function changedStretch(
  before: string,
  after: string,
): { readonly start: number; readonly end: number; readonly value: string } {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shortest - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail += 1;
  // Never between the halves of one character.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail -= 1;
  return { start, end: before.length - tail, value: after.slice(start, after.length - tail) };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
