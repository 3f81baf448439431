import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import type { EditDetails, UndoStep } from './cell-change.ts';
import { indexBetween, isStillBetween, moveCell } from './cell-place.ts';
import { convertCell } from './convert-cell.ts';
import { setValues, valuesOf } from './metadata.ts';
import { cellsIn, newSharedCell, placeOfCell, sourceOf, typeOf } from './shared-cell.ts';
import type { EditText } from './tools/edit-cell.ts';

/** Two texts that have come from one, as one. */
export type MergeText = (
  base: string,
  ours: string,
  theirs: string,
) => { readonly text: string; readonly conflicts: boolean };

export interface TextTools {
  readonly merge: MergeText;
  readonly edit: EditText;
}

const GONE = 'The cell was deleted since.';

/**
 * Takes a change back in a transaction of the document, and nothing that others have done since.
 * @returns why it is left as it is, for people; null where it is taken back
 */
export function undoChange(ydoc: Y.Doc, { cells, undo }: EditDetails, texts: TextTools): string | null {
  if (undo.type === 'metadata') return undoMetadata(ydoc, undo);
  const [change] = cells;
  if (change === undefined) return 'Nobody knows what was changed.';
  const { cellId, before, after, cellType } = change;
  const place = placeOfCell(ydoc, cellId);
  switch (undo.type) {
    case 'create':
      if (place === null) return null;
      if (sourceOf(place.cell) !== after || typeOf(place.cell) !== cellType)
        return 'Somebody has changed the new cell since.';
      cellsIn(ydoc).delete(place.index, 1);
      return null;
    case 'edit': {
      if (place === null) return GONE;
      const merged = texts.merge(after ?? '', sourceOf(place.cell), before ?? '');
      if (merged.conflicts) return 'Somebody has changed the same lines since.';
      const source = place.cell.get('source');
      if (source instanceof Y.Text) texts.edit(source, merged.text);
      return null;
    }
    case 'move':
      if (place === null) return GONE;
      if (!isStillBetween(ydoc, cellId, undo.to)) return 'Somebody has moved cells there since.';
      moveCell(ydoc, cellId, indexBetween(ydoc, undo.from, cellId));
      return null;
    case 'delete':
      if (place !== null) return null;
      cellsIn(ydoc).insert(indexBetween(ydoc, undo.from, cellId), [newSharedCell(undo.cell)]);
      return null;
    case 'convert': {
      if (place === null) return GONE;
      if (typeOf(place.cell) !== cellType) return 'Somebody has made it another kind of cell since.';
      const { from, outputs, executionCount, attachments, metadata } = undo;
      convertCell(ydoc, cellId, { type: from, outputs, executionCount, attachments, metadata });
      return null;
    }
  }
}

function undoMetadata(
  ydoc: Y.Doc,
  { cellId, before, after }: UndoStep & { readonly type: 'metadata' },
): string | null {
  if (cellId !== null && placeOfCell(ydoc, cellId) === null) return GONE;
  if (!isDeepStrictEqual(valuesOf(ydoc, cellId, Object.keys(after)), after))
    return 'Somebody has set the same metadata since.';
  setValues(ydoc, cellId, before);
  return null;
}
