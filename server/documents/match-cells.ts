import type { CellContent } from './cell-content.ts';
import { longestIncreasing } from './longest-increasing.ts';
import { hunksBetween } from './text-hunks.ts';

/** Of two texts that are this much alike, one may have become the other. */
const ALIKE = 0.5;
/** So many cells between two that match are compared each with each. */
const MOST_COMPARED = 50;

type MayBeOne = (cell: CellContent, other: CellContent) => boolean;

/**
 * Which cell of one notebook is which of another: by id; else, where an id is missing or unknown to the other side, by its
 * content; else, where there are no ids or none is known, the one that is most alike between the same neighbours.
 * @param known what is known by id already of some of `cells`; a document's cells, which nobody gives other ids, are all known
 * @returns for each cell of `cells` the index of its match in `others`, or null
 */
export function matchCells(
  cells: readonly CellContent[],
  others: readonly CellContent[],
  known: 'all' | ReadonlyMap<string | null, number | null>,
): (number | null)[] {
  const matches = matchIds(cells, others);
  if (known !== 'all')
    cells.forEach(({ id }, index) => {
      const other = known.get(id) ?? null;
      if (other !== null && matches.may(index, other)) matches.add(index, other);
    });
  const isUnknown = ({ id }: CellContent): boolean => id === null || known === 'all' || !known.has(id);
  // An editor that gives ids of its own gives them to all cells.
  const isForeign = known !== 'all' && matches.of.every((other) => other === null);
  matchSame(matches, isUnknown);
  matchAlike(
    matches,
    (cell, other) => isUnknown(cell) && (isForeign || cell.id === null || other.id === null),
  );
  return matches.of;
}

/** As `matchCells`, for cells that are new on both sides: what has two ids was made twice, however alike it is. */
export function matchNewCells(
  cells: readonly CellContent[],
  others: readonly CellContent[],
): (number | null)[] {
  const mayBeOne: MayBeOne = (cell, other) => cell.id === null || other.id === null;
  const matches = matchIds(cells, others);
  matchSame(matches, mayBeOne);
  matchAlike(matches, mayBeOne);
  return matches.of;
}

function matchIds(cells: readonly CellContent[], others: readonly CellContent[]): Matches {
  const matches = new Matches(cells, others);
  const byId = new Map(others.flatMap(({ id }, index) => (id === null ? [] : [[id, index] as const])));
  cells.forEach(({ id }, index) => {
    const other = id === null ? undefined : byId.get(id);
    if (other !== undefined) matches.add(index, other);
  });
  return matches;
}

class Matches {
  readonly of: (number | null)[];
  readonly #taken = new Set<number>();

  constructor(
    readonly cells: readonly CellContent[],
    readonly others: readonly CellContent[],
  ) {
    this.of = cells.map(() => null);
  }

  add(index: number, other: number): void {
    this.of[index] = other;
    this.#taken.add(other);
  }

  /** Whether both are free, and may be one cell. */
  may(index: number, other: number): boolean {
    if (this.of[index] !== null || this.#taken.has(other)) return false;
    return this.cells[index]!.cell_type === this.others[other]!.cell_type;
  }

  freeOthers(): number[] {
    return this.others.flatMap((_, other) => (this.#taken.has(other) ? [] : [other]));
  }
}

/** Those with the same source; of several, in their order, with the outputs that are the same first. */
function matchSame(matches: Matches, mayBeOne: MayBeOne): void {
  const bySource = new Map<string, number[]>();
  for (const other of matches.freeOthers()) {
    const { cell_type: type, source } = matches.others[other]!;
    const key = `${type}\n${source}`;
    bySource.set(key, [...(bySource.get(key) ?? []), other]);
  }
  matches.cells.forEach((cell, index) => {
    const { cell_type: type, source } = cell;
    // Empty cells are all the same: only their neighbours tell them apart.
    if (source.trim() === '') return;
    const other = bySource
      .get(`${type}\n${source}`)
      ?.find((each) => matches.may(index, each) && mayBeOne(cell, matches.others[each]!));
    if (other !== undefined) matches.add(index, other);
  });
}

/** Between cells that match and keep their order, those that are alike, in order. */
function matchAlike(matches: Matches, mayBeOne: MayBeOne): void {
  const paired = matches.of.flatMap((other, index) => (other === null ? [] : [{ index, other }]));
  const kept = longestIncreasing(paired.map(({ other }) => other)).map((at) => paired[at]!);
  let [fromIndex, fromOther] = [0, 0];
  for (const { index, other } of [...kept, { index: matches.cells.length, other: matches.others.length }]) {
    matchBetween(matches, mayBeOne, [fromIndex, index], [fromOther, other]);
    [fromIndex, fromOther] = [index + 1, other + 1];
  }
}

function matchBetween(
  matches: Matches,
  mayBeOne: MayBeOne,
  [from, to]: readonly [number, number],
  [fromOther, toOther]: readonly [number, number],
): void {
  if (to - from > MOST_COMPARED || toOther - fromOther > MOST_COMPARED) return;
  let next = fromOther;
  for (let index = from; index < to; index += 1) {
    for (let other = next; other < toOther; other += 1) {
      const [cell, candidate] = [matches.cells[index]!, matches.others[other]!];
      if (!matches.may(index, other) || !mayBeOne(cell, candidate) || !areAlike(cell, candidate)) continue;
      matches.add(index, other);
      next = other + 1;
      break;
    }
  }
}

function areAlike({ source }: CellContent, { source: other }: CellContent): boolean {
  const longer = Math.max(source.length, other.length);
  if (longer === 0) return true;
  const changed = hunksBetween(source, other).reduce(
    (sum, { start, end, text }) => sum + Math.max(end - start, text.length),
    0,
  );
  return 1 - changed / longer >= ALIKE;
}
