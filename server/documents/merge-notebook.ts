import { matchCells, matchNewCells } from './match-cells.ts';
import type { CellConflict } from './merge-cell.ts';
import { isEdited, mergeCell } from './merge-cell.ts';
import { mergeObjects, mergeValue } from './merge-json.ts';
import type { CellContent, NotebookContent } from './cell-content.ts';
import { longestIncreasing } from './longest-increasing.ts';

export interface PlannedCell {
  /** Which cell of ours it is; null: a new one. */
  readonly from: number | null;
  readonly cell: CellContent;
}

export interface MergedNotebook extends Omit<NotebookContent, 'cells'> {
  readonly cells: readonly PlannedCell[];
  readonly conflicts: readonly {
    /** Null for the notebook itself, and for a cell that has no id yet. */
    readonly cellId: string | null;
    readonly what: readonly CellConflict[];
  }[];
}

type Conflicts = { cellId: string | null; what: readonly CellConflict[] }[];

/** A cell of theirs: what becomes of it, if anything, and the cell of ours that it is. */
interface Placed {
  readonly planned: PlannedCell | null;
  /** It stays where ours has it. */
  readonly stays: boolean;
}

/**
 * Two notebooks that have come from one, as one, cell by cell. A cell that one side has deleted is gone unless the other
 * has changed it. Cells stay in our order, but for those that theirs has moved.
 */
export function mergeNotebook(
  base: NotebookContent,
  ours: NotebookContent,
  theirs: NotebookContent,
): MergedNotebook {
  const conflicts: Conflicts = [];
  const metadata = mergeObjects(base.metadata, ours.metadata, theirs.metadata);
  if (metadata.conflicts) conflicts.push({ cellId: null, what: ['metadata'] });
  return {
    nbformat: mergeValue(base.nbformat, ours.nbformat, theirs.nbformat).value,
    nbformat_minor: mergeValue(base.nbformat_minor, ours.nbformat_minor, theirs.nbformat_minor).value,
    metadata: metadata.value,
    cells: mergeCells(base.cells, ours.cells, theirs.cells, conflicts),
    conflicts,
  };
}

function mergeCells(
  base: readonly CellContent[],
  ours: readonly CellContent[],
  theirs: readonly CellContent[],
  conflicts: Conflicts,
): PlannedCell[] {
  const ourBase = matchCells(ours, base, 'all');
  const theirBase = matchCells(
    theirs,
    base,
    new Map(ours.map(({ id }, index) => [id, ourBase[index] ?? null])),
  );
  const ofBase = indexOf(ourBase);
  const direct = matchNew(ours, ourBase, theirs, theirBase);
  const inTheirs = new Set(theirBase);
  const moved = movedCells(theirBase, ourBase, ofBase);

  const placed = theirs.map((cell, index): Placed => {
    const origin = theirBase[index] ?? null;
    const baseCell = origin === null ? null : base[origin]!;
    const from = (origin === null ? direct.get(index) : ofBase.get(origin)) ?? null;
    if (from !== null) {
      const merged = mergeCell(baseCell, ours[from]!, cell);
      if (merged.conflicts.length > 0) conflicts.push({ cellId: merged.cell.id, what: merged.conflicts });
      return { planned: { from, cell: merged.cell }, stays: !moved.has(index) };
    }
    if (baseCell !== null) {
      if (!isEdited(baseCell, cell, false)) return { planned: null, stays: false };
      conflicts.push({ cellId: cell.id, what: ['deleted'] });
    }
    return { planned: { from: null, cell }, stays: false };
  });
  const byOurs = new Map(placed.map((each, index) => [each.planned?.from, index]));
  const result: PlannedCell[] = [];
  const isOnlyOurs = new Set<PlannedCell>();
  ours.forEach((cell, from) => {
    const index = byOurs.get(from);
    if (index !== undefined) {
      if (placed[index]!.stays) result.push(placed[index]!.planned!);
      return;
    }
    const origin = ourBase[from] ?? null;
    if (origin !== null && !inTheirs.has(origin)) {
      if (!isEdited(base[origin]!, cell, true)) return;
      conflicts.push({ cellId: cell.id, what: ['deleted'] });
    }
    const planned = { from, cell };
    isOnlyOurs.add(planned);
    result.push(planned);
  });
  return withOwnIds(withPlaced(result, placed, isOnlyOurs), ours);
}

/** Each id is one cell's, and what is in the document already comes before what is new. */
function withOwnIds(planned: readonly PlannedCell[], ours: readonly CellContent[]): PlannedCell[] {
  const owners = new Map<string | null, PlannedCell>();
  for (const isOld of [true, false])
    for (const each of planned) {
      const { id } = each.cell;
      if ((each.from !== null) === isOld && !owners.has(id)) owners.set(id, each);
    }
  return planned.map((each) => {
    const { from, cell } = each;
    if (cell.id === null || owners.get(cell.id) === each) return each;
    const before = from === null ? null : ours[from]!.id;
    return { from, cell: { ...cell, id: owners.has(before) ? null : before } };
  });
}

/** Puts what has no place yet behind that which theirs has it behind; what only ours has there comes first. */
function withPlaced(
  result: PlannedCell[],
  placed: readonly Placed[],
  isOnlyOurs: ReadonlySet<PlannedCell>,
): PlannedCell[] {
  let before: PlannedCell | null = null;
  for (const { planned, stays } of placed) {
    if (planned === null) continue;
    if (!stays) {
      let at = before === null ? 0 : result.indexOf(before) + 1;
      while (before !== null && at < result.length && isOnlyOurs.has(result[at]!)) at += 1;
      result.splice(at, 0, planned);
    }
    before = planned;
  }
  return result;
}

/** Cells that are new on both sides and the same: whoever reads a file and its document sees the new ones twice. */
function matchNew(
  ours: readonly CellContent[],
  ourBase: readonly (number | null)[],
  theirs: readonly CellContent[],
  theirBase: readonly (number | null)[],
): Map<number, number> {
  const ourNew = ours.flatMap((_, index) => (ourBase[index] === null ? [index] : []));
  const theirNew = theirs.flatMap((_, index) => (theirBase[index] === null ? [index] : []));
  const matches = matchNewCells(
    theirNew.map((index) => theirs[index]!),
    ourNew.map((index) => ours[index]!),
  );
  return new Map(
    matches.flatMap((match, at) => (match === null ? [] : [[theirNew[at]!, ourNew[match]!] as const])),
  );
}

/** The cells of theirs that have to be taken out of their place in ours: as few as can be. */
function movedCells(
  theirBase: readonly (number | null)[],
  ourBase: readonly (number | null)[],
  ofBase: ReadonlyMap<number, number>,
): Set<number> {
  const common = theirBase.flatMap((origin, index) =>
    origin !== null && ofBase.has(origin) ? [{ index, origin }] : [],
  );
  const unmoved = new Set(longestIncreasing(common.map(({ origin }) => origin)));
  const ourCommon = ourBase.filter((origin) => origin !== null);
  const ourUnmoved = new Set(longestIncreasing(ourCommon).map((at) => ourCommon[at]));
  return new Set(
    common.flatMap(({ index, origin }, at) =>
      // What both have moved stays where ours has put it.
      unmoved.has(at) || !ourUnmoved.has(origin) ? [] : [index],
    ),
  );
}

function indexOf(origins: readonly (number | null)[]): Map<number, number> {
  return new Map(origins.flatMap((origin, index) => (origin === null ? [] : [[origin, index] as const])));
}
