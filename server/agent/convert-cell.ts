import type * as Y from 'yjs';
import type { NewCell } from './shared-cell.ts';
import { cellsIn, contentOf, newSharedCell, placeOfCell } from './shared-cell.ts';

/** Keys of a cell's metadata that say something of its outputs. */
const ofOutputs = new Set(['trusted', 'execution']);

/**
 * A cell of another type is another cell of the same id: @jupyter/ydoc knows a cell's type from its making.
 * @param becomes.metadata what is said there of its outputs
 */
export function convertCell(
  ydoc: Y.Doc,
  cellId: string,
  becomes: Pick<NewCell, 'type' | 'outputs' | 'executionCount' | 'attachments' | 'metadata'>,
): void {
  const place = placeOfCell(ydoc, cellId);
  if (place === null) return;
  const content = contentOf(place.cell);
  const rest = Object.entries(content.metadata).filter(([key]) => !ofOutputs.has(key));
  const metadata = { ...Object.fromEntries(rest), ...becomes.metadata };
  const cells = cellsIn(ydoc);
  cells.delete(place.index, 1);
  cells.insert(place.index, [newSharedCell({ ...content, ...becomes, metadata })]);
}

/** Of a cell's metadata what its outputs need. */
export function metadataOfOutputs(metadata: NewCell['metadata']): NewCell['metadata'] {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => ofOutputs.has(key)));
}
