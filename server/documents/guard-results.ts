import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { CELL_RUN_KEY } from '../wire/cell-run-state.ts';
import type { ChangedCells, ResultPart } from './changed-cells.ts';
import { entryBefore, valueBefore } from './changed-cells.ts';
import type { OutputJson } from './shared-output.ts';
import { writeOutputs } from './write-outputs.ts';
import type { CellResult, SharedCell } from './write-result.ts';
import { writeResult, writeRunState } from './write-result.ts';

export interface KnownResults {
  /** What a cell is to show of its run; null where that is the document's own business. */
  readonly resultOf: (cell: SharedCell) => CellResult | null;
  /** Whether the cell may come with these outputs. */
  readonly isCarried: (cell: SharedCell, outputs: readonly OutputJson[]) => boolean;
}

export interface Corrections {
  /** Cells whose outputs were cleared. */
  readonly emptied: readonly SharedCell[];
  /** What takes back all else, each a part of one transaction. */
  readonly edits: readonly (() => void)[];
}

/**
 * Judges what a page's transaction did to results (I2). It may clear them, and carry them along with a cell. What else it
 * wrote is taken back: part of a Yjs update cannot be refused. To be called before the transaction is cleaned up.
 */
export function guardResults(
  transaction: Y.Transaction,
  { changed, added, removed }: ChangedCells,
  known: KnownResults,
): Corrections {
  const emptied: SharedCell[] = [];
  const edits: (() => void)[] = [];
  for (const [cell, parts] of changed) {
    const before = valueBefore(transaction, cell) as CellBefore;
    const isEmptied =
      parts.has('outputs') && outputsOf(cell).length === 0 && (before.outputs ?? []).length > 0;
    if (isEmptied) emptied.push(cell);
    const result = known.resultOf(cell);
    if (result === null) edits.push(() => restore(cell, parts, before, known));
    else if (!isEmptied) edits.push(() => writeResult(cell, result));
    // What runs goes on: only what it had put out is gone.
    else if (result.run !== null) edits.push(() => writeResult(cell, { ...result, outputs: [] }));
  }
  for (const cell of added) {
    if (cell.get('cell_type') !== 'code') continue;
    const original = removed.find((other) => idBefore(transaction, other) === cell.get('id')) ?? null;
    const result = original === null ? null : known.resultOf(original);
    const before = original === null ? null : (valueBefore(transaction, original) as CellBefore);
    if (result !== null) edits.push(() => writeResult(cell, result));
    else edits.push(() => settleAdded(cell, before, known));
  }
  return { emptied, edits };
}

interface CellBefore {
  readonly outputs?: readonly OutputJson[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** Of a cell whose results are the document's own business. */
function restore(
  cell: SharedCell,
  parts: ReadonlySet<ResultPart>,
  before: CellBefore,
  { isCarried }: KnownResults,
): void {
  const outputs = outputsOf(cell);
  const had = before.outputs ?? [];
  if (parts.has('outputs') && !isPartOf(outputs, had) && !isCarried(cell, outputs)) writeBack(cell, had);
  if (parts.has('count') && (cell.get('execution_count') ?? null) !== null)
    setBack(cell, 'execution_count', before['execution_count'] ?? null);
  if (parts.has('state')) {
    setBack(cell, CELL_RUN_KEY, before[CELL_RUN_KEY]);
    // JupyterLab says `idle` when it sees a count.
    if (cell.has(CELL_RUN_KEY)) setBack(cell, 'execution_state', 'running');
    else if (cell.get('execution_state') === 'running') setBack(cell, 'execution_state', 'idle');
  }
  const metadata = cell.get('metadata');
  if (parts.has('timing') && metadata instanceof Y.Map && metadata.has('execution'))
    setBack(metadata as Y.Map<unknown>, 'execution', before.metadata?.['execution']);
}

/** A cell that is new here: moved, pasted, or brought back. What moves with it is what the server knew of it. */
function settleAdded(cell: SharedCell, original: CellBefore | null, { isCarried }: KnownResults): void {
  const outputs = outputsOf(cell);
  if (original !== null) {
    writeBack(cell, original.outputs ?? []);
    setBack(cell, 'execution_count', original['execution_count'] ?? null);
  } else if (outputs.length > 0 && !isCarried(cell, outputs)) {
    writeBack(cell, []);
    setBack(cell, 'execution_count', null);
    const metadata = cell.get('metadata');
    if (metadata instanceof Y.Map) setBack(metadata as Y.Map<unknown>, 'execution', undefined);
  }
  writeRunState(cell, null);
}

function writeBack(cell: SharedCell, outputs: readonly OutputJson[]): void {
  const present = cell.get('outputs');
  if (present instanceof Y.Array) writeOutputs(present as Y.Array<unknown>, outputs);
  else cell.set('outputs', new Y.Array());
}

function setBack(map: Y.Map<unknown>, key: string, value: unknown): void {
  if (isDeepStrictEqual(map.get(key), value)) return;
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function outputsOf(cell: SharedCell): readonly OutputJson[] {
  const outputs = cell.get('outputs');
  return outputs instanceof Y.Array ? (outputs.toJSON() as OutputJson[]) : [];
}

function idBefore(transaction: Y.Transaction, cell: SharedCell): unknown {
  return entryBefore(transaction, cell, 'id')?.content.getContent().at(-1);
}

/** Whether some were only taken out. */
function isPartOf(outputs: readonly OutputJson[], had: readonly OutputJson[]): boolean {
  let place = 0;
  for (const output of outputs) {
    while (place < had.length && !isDeepStrictEqual(had[place], output)) place++;
    if (place++ >= had.length) return false;
  }
  return true;
}
