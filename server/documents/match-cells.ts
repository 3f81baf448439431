import type { CellContent } from './cell-content.ts';
import { hunksBetween, longestIncreasing } from './text-hunks.ts';

/** Of two texts that are this much alike, one may have become the other. */
const ALIKE = 0.5;
/** So many cells between two that match are compared each with each. */
const MOST_COMPARED = 50;

/**
 * Which cell of one notebook is which of another: by id; else, where an id is missing or unknown to the other side, by
 * content; else the one that is most alike between the same neighbours.
 * @returns for each cell of `cells` the index of its match in `others`, or null
 */
export function matchCells(cells: readonly CellContent[], others: readonly CellContent[]): (number | null)[] {
  const matches = new Matches(cells, others);
  const byId = new Map(others.flatMap(({ id }, index) => (id === null ? [] : [[id, index] as const])));
  cells.forEach(({ id }, index) => {
    const other = id === null ? undefined : byId.get(id);
    if (other !== undefined) matches.add(index, other);
  });
  matchSame(matches);
  matchAlike(matches);
  return matches.of;
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
function matchSame(matches: Matches): void {
  const bySource = new Map<string, number[]>();
  for (const other of matches.freeOthers()) {
    const { cell_type: type, source } = matches.others[other]!;
    const key = `${type}\n${source}`;
    bySource.set(key, [...(bySource.get(key) ?? []), other]);
  }
  matches.cells.forEach(({ cell_type: type, source }, index) => {
    // Empty cells are all the same: only their neighbours tell them apart.
    if (source.trim() === '') return;
    const other = bySource.get(`${type}\n${source}`)?.find((each) => matches.may(index, each));
    if (other !== undefined) matches.add(index, other);
  });
}

/** Between cells that match and keep their order, those that are alike, in order. */
function matchAlike(matches: Matches): void {
  const paired = matches.of.flatMap((other, index) => (other === null ? [] : [{ index, other }]));
  const kept = longestIncreasing(paired.map(({ other }) => other)).map((at) => paired[at]!);
  let [fromIndex, fromOther] = [0, 0];
  for (const { index, other } of [...kept, { index: matches.cells.length, other: matches.others.length }]) {
    matchBetween(matches, [fromIndex, index], [fromOther, other]);
    [fromIndex, fromOther] = [index + 1, other + 1];
  }
}

function matchBetween(
  matches: Matches,
  [from, to]: readonly [number, number],
  [fromOther, toOther]: readonly [number, number],
): void {
  if (to - from > MOST_COMPARED || toOther - fromOther > MOST_COMPARED) return;
  let next = fromOther;
  for (let index = from; index < to; index += 1) {
    for (let other = next; other < toOther; other += 1) {
      if (!matches.may(index, other) || !areAlike(matches.cells[index]!, matches.others[other]!)) continue;
      matches.add(index, other);
      next = other + 1;
      break;
    }
  }
}

function areAlike({ id, source }: CellContent, { id: otherId, source: other }: CellContent): boolean {
  // Where both have an id, it is another cell that happens to be alike; it must be more than that.
  const needed = id !== null && otherId !== null ? (1 + ALIKE) / 2 : ALIKE;
  const longer = Math.max(source.length, other.length);
  if (longer === 0) return id === null || otherId === null;
  const changed = hunksBetween(source, other).reduce(
    (sum, { start, end, text }) => sum + Math.max(end - start, text.length),
    0,
  );
  return 1 - changed / longer >= needed;
}
