import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual as isSame } from 'node:util';
import type { YFile, YNotebook } from '@jupyter/ydoc';
import * as Y from 'yjs';
import type { MergedNotebook, PlannedCell } from './merge-notebook.ts';
import type { CellContent, CellResults, Json } from './cell-content.ts';
import { cellsOf } from './cell-content.ts';
import type { OutputReferences } from './document-outputs.ts';
import { NO_REFERENCES } from './document-outputs.ts';
import type { OutputJson } from './shared-output.ts';
import { newSharedOutput } from './shared-output.ts';
import { longestIncreasing } from './longest-increasing.ts';
import { hunksBetween } from './text-hunks.ts';
import { writeOutputs } from './write-outputs.ts';

/**
 * Makes a shared notebook what was merged of it, by the smallest change: nothing that stays as it is is touched, and a cell
 * that is still there stays the same Yjs type, unless it moves or changes its type (Yjs cannot move). To be called in a
 * transaction, with nothing done to the notebook since it was merged.
 */
export function applyNotebook(
  { ydoc }: Pick<YNotebook, 'ydoc'>,
  merged: MergedNotebook,
  references: OutputReferences = NO_REFERENCES,
): void {
  const meta = ydoc.getMap('meta');
  setValue(meta, 'nbformat', merged.nbformat);
  setValue(meta, 'nbformat_minor', merged.nbformat_minor);
  const metadata = meta.get('metadata');
  if (metadata instanceof Y.Map) setKeys(metadata as Y.Map<unknown>, merged.metadata);
  else meta.set('metadata', new Y.Map(Object.entries(merged.metadata)));
  applyCells(ydoc, merged.cells, references);
}

/** Makes references of the outputs that are kept beside a shared notebook; in a transaction. */
export function referLarge(ydoc: Y.Doc, references: OutputReferences): void {
  for (const ycell of cellsOf(ydoc)) {
    const youtputs = ycell.get('outputs');
    if (!(youtputs instanceof Y.Array)) continue;
    (youtputs.toJSON() as OutputJson[]).forEach((output, at) => {
      const reference = references.refer(output);
      if (reference === output) return;
      youtputs.delete(at, 1);
      youtputs.insert(at, [newSharedOutput(reference)]);
    });
  }
}

export function applyText({ ysource }: Pick<YFile, 'ysource'>, text: string): void {
  editText(ysource, text);
}

function applyCells(ydoc: Y.Doc, planned: readonly PlannedCell[], references: OutputReferences): void {
  const cells = ydoc.getArray<Y.Map<unknown>>('cells');
  const before = cellsOf(ydoc);
  const candidates = planned.filter(
    ({ from, cell }) => from !== null && before[from]!.get('cell_type') === cell.cell_type,
  );
  const kept = new Map(
    longestIncreasing(candidates.map(({ from }) => from!)).map((at) => [
      candidates[at]!.from,
      candidates[at],
    ]),
  );
  for (let index = before.length - 1; index >= 0; index -= 1) if (!kept.has(index)) cells.delete(index, 1);
  const ids = new Set(planned.map(({ cell }) => cell.id));
  planned.forEach((each, index) => {
    const { from, cell } = each;
    if (from !== null && kept.get(from) === each) editCell(before[from]!, cell, references);
    else cells.insert(index, [newCell({ ...cell, id: cell.id ?? freeId(ids) }, references)]);
  });
}

function editCell(ycell: Y.Map<unknown>, cell: CellContent, references: OutputReferences): void {
  if (cell.id !== null) setValue(ycell, 'id', cell.id);
  const source = ycell.get('source');
  if (source instanceof Y.Text) editText(source, cell.source);
  else ycell.set('source', new Y.Text(cell.source));
  const metadata = ycell.get('metadata');
  if (metadata instanceof Y.Map)
    setKeys(metadata as Y.Map<unknown>, metadataOf(cell, metadata.has('trusted')));
  else ycell.set('metadata', new Y.Map(Object.entries(metadataOf(cell, false))));
  if (cell.attachments !== null) setValue(ycell, 'attachments', cell.attachments);
  else if (ycell.has('attachments')) ycell.delete('attachments');
  if (cell.results !== null) editResults(ycell, cell.results, references);
}

/** The mark that tells clients what to render is not part of the format, and is there only where it says something. */
function metadataOf({ metadata, trusted }: CellContent, isMarked: boolean): Json {
  return trusted || isMarked ? { ...metadata, trusted } : metadata;
}

function editResults(ycell: Y.Map<unknown>, results: CellResults, references: OutputReferences): void {
  setValue(ycell, 'execution_count', results.execution_count);
  const youtputs = ycell.get('outputs');
  if (!(youtputs instanceof Y.Array)) {
    ycell.set('outputs', Y.Array.from(results.outputs.map((output) => newOutput(output, references))));
    return;
  }
  // What is the same stays, whether the document has it itself or by reference.
  const present = youtputs.toJSON() as OutputJson[];
  const wanted = results.outputs.map((output, at) => {
    const there = present[at];
    if (there === undefined) return references.refer(output);
    const restored = references.restore(there);
    return restored === output || isSame(restored, output) ? there : references.refer(output);
  });
  writeOutputs(youtputs as Y.Array<unknown>, wanted);
}

const newOutput = (output: OutputJson, references: OutputReferences): Y.Map<unknown> =>
  newSharedOutput(references.refer(output));

/** As @jupyter/ydoc builds it, whose own way reads types that are in no document yet. */
function newCell(cell: CellContent, references: OutputReferences): Y.Map<unknown> {
  const { id, cell_type: type, source, results, attachments } = cell;
  return new Y.Map<unknown>([
    ['source', new Y.Text(source)],
    ['metadata', new Y.Map(Object.entries(metadataOf(cell, false)))],
    ['cell_type', type],
    ['id', id],
    ...(results === null
      ? []
      : ([
          ['outputs', Y.Array.from(results.outputs.map((output) => newOutput(output, references)))],
          ['execution_count', results.execution_count],
        ] as const)),
    ...(attachments === null ? [] : ([['attachments', attachments]] as const)),
  ]);
}

/** Inserts before it deletes, so that cursors in what is deleted come to stand behind what is there now. */
function editText(ytext: Y.Text, text: string): void {
  for (const { start, end, text: inserted } of hunksBetween(ytext.toJSON(), text).reverse()) {
    if (inserted !== '') ytext.insert(start, inserted);
    if (end > start) ytext.delete(start + inserted.length, end - start);
  }
}

function setKeys(ymap: Y.Map<unknown>, values: Json): void {
  for (const key of [...ymap.keys()]) if (!Object.hasOwn(values, key)) ymap.delete(key);
  for (const [key, value] of Object.entries(values)) setValue(ymap, key, value);
}

function setValue(ymap: Y.Map<unknown>, key: string, value: unknown): void {
  const before = ymap.get(key);
  if (!isSame(before instanceof Y.AbstractType ? before.toJSON() : before, value)) ymap.set(key, value);
}

/** As nbformat makes them. */
function freeId(taken: Set<string | null>): string {
  for (;;) {
    const id = randomUUID().slice(0, 8);
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}
