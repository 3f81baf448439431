import * as Y from 'yjs';
import { CELL_RUN_KEY } from '../wire/cell-run-state.ts';
import type { SharedCell } from './write-result.ts';

/** A part of a code cell that only the server writes (I2). */
export type ResultPart = 'outputs' | 'count' | 'state' | 'timing';

/** What a transaction did to the cells of a shared notebook, as far as results are concerned. */
export interface ChangedCells {
  /** Those that were there before and still are. */
  readonly changed: ReadonlyMap<SharedCell, ReadonlySet<ResultPart>>;
  readonly added: readonly SharedCell[];
  /** What they held can be read until the transaction is cleaned up. */
  readonly removed: readonly SharedCell[];
}

/** Whatever Yjs shares. */
interface SharedType {
  readonly _item: Y.Item | null;
  readonly _start: Y.Item | null;
  readonly parent: unknown;
}

const NOTHING: ChangedCells = { changed: new Map(), added: [], removed: [] };
const PART_OF_KEY: ReadonlyMap<string | null, ResultPart> = new Map([
  ['outputs', 'outputs'],
  ['execution_count', 'count'],
  ['execution_state', 'state'],
  [CELL_RUN_KEY, 'state'],
]);

export function changedCells(transaction: Y.Transaction): ChangedCells {
  const { changed, doc } = transaction;
  if (changed.size === 0) return NOTHING;
  const cells = doc.getArray<SharedCell>('cells');
  const found = new Map<SharedCell, Set<ResultPart>>();
  for (const [type, keys] of changed) {
    const place = placeIn(cells, type);
    if (place === null || isNew(transaction, place.cell._item) || place.cell._item?.deleted !== false)
      continue;
    const parts = found.get(place.cell) ?? new Set();
    if (place.key === null) for (const key of keys) addPart(parts, PART_OF_KEY.get(key));
    else if (place.key === 'outputs') parts.add('outputs');
    else if (place.key === 'metadata' && keys.has('execution')) parts.add('timing');
    if (parts.size > 0) found.set(place.cell, parts);
  }
  const isListChanged = [...changed.keys()].some((type: SharedType) => type === cells);
  return { changed: found, ...(isListChanged ? listChange(transaction, cells) : { added: [], removed: [] }) };
}

/** @returns the cell that a type is in, and under which of its keys; null for a type that is in none */
function placeIn(
  cells: Y.Array<SharedCell>,
  type: SharedType,
): { readonly cell: SharedCell; readonly key: string | null } | null {
  let key: string | null = null;
  for (let inner: SharedType | null = type; inner !== null;) {
    const { parent }: { parent: unknown } = inner;
    if (parent === cells) return { cell: inner as unknown as SharedCell, key };
    key = inner._item?.parentSub ?? key;
    inner = parent as SharedType | null;
  }
  return null;
}

function addPart(parts: Set<ResultPart>, part: ResultPart | undefined): void {
  if (part !== undefined) parts.add(part);
}

function listChange(
  transaction: Y.Transaction,
  cells: Y.Array<SharedCell>,
): Pick<ChangedCells, 'added' | 'removed'> {
  const added: SharedCell[] = [];
  const removed: SharedCell[] = [];
  for (let item = cells._start; item !== null; item = item.right) {
    const cell = typeOf(item);
    if (!(cell instanceof Y.Map)) continue;
    if (isNew(transaction, item)) {
      if (!item.deleted) added.push(cell as SharedCell);
    } else if (Y.isDeleted(transaction.deleteSet, item.id)) removed.push(cell as SharedCell);
  }
  return { added, removed };
}

/** Whether the transaction has brought it. */
export function isNew({ beforeState }: Y.Transaction, item: Y.Item | null): boolean {
  return item !== null && item.id.clock >= (beforeState.get(item.id.client) ?? 0);
}

function typeOf({ content }: Y.Item): unknown {
  return content instanceof Y.ContentType ? content.type : null;
}

/** What a shared type held before a transaction that is not cleaned up yet, as JSON. */
export function valueBefore(transaction: Y.Transaction, type: unknown): unknown {
  if (type instanceof Y.Map) return mapBefore(transaction, type as Y.Map<unknown>);
  if (type instanceof Y.Text) return itemsBefore(transaction, type).flatMap(contentOf).join('');
  if (type instanceof Y.Array)
    return itemsBefore(transaction, type).flatMap((item) =>
      contentOf(item).map((value) => valueBefore(transaction, value)),
    );
  return type;
}

function mapBefore(transaction: Y.Transaction, map: Y.Map<unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const key of map._map.keys()) {
    const item = entryBefore(transaction, map, key);
    if (item !== null) values[key] = valueBefore(transaction, contentOf(item).at(-1));
  }
  return values;
}

/** What a key of a shared map held before a transaction, as it was. */
export function entryBefore(transaction: Y.Transaction, map: Y.Map<unknown>, key: string): Y.Item | null {
  let item = map._map.get(key) ?? null;
  while (item !== null && isNew(transaction, item)) item = item.left;
  return item !== null && wasThere(transaction, item) ? item : null;
}

function itemsBefore(transaction: Y.Transaction, { _start }: SharedType): Y.Item[] {
  const items: Y.Item[] = [];
  for (let item = _start; item !== null; item = item.right)
    if (!isNew(transaction, item) && wasThere(transaction, item)) items.push(item);
  return items;
}

function wasThere({ deleteSet }: Y.Transaction, { deleted, id }: Y.Item): boolean {
  return !deleted || Y.isDeleted(deleteSet, id);
}

function contentOf({ content }: Y.Item): unknown[] {
  return content instanceof Y.ContentDeleted ? [] : content.getContent();
}
