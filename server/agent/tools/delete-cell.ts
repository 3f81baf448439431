import { z } from 'zod';
import { neighboursAt } from '../cell-place.ts';
import { assertKnown } from '../edit-tool.ts';
import type { EditTool } from '../edit-tool.ts';
import { cellsIn, contentOf, findCell } from '../shared-cell.ts';

const schema = z.strictObject({ cell: z.string().describe('The id of the cell.') });
type Arguments = z.infer<typeof schema>;

/** In characters: so much of the outputs of a deleted cell is kept, to bring them back. */
const mostOutputs = 1_000_000;

export const deleteCell: EditTool<Arguments> = {
  name: 'delete_cell',
  description: 'Takes a cell, which you have read, out of the notebook, with its outputs.',
  schema,
  plan({ ydoc }, { cell: cellId }, seen) {
    const { cell, index } = findCell(ydoc, cellId);
    assertKnown(cell, cellId, seen);
    const content = contentOf(cell);
    const isLong = JSON.stringify(content.outputs).length > mostOutputs;
    const kept = { ...content, outputs: isLong ? [] : [...content.outputs] };
    const { type: cellType, source } = content;
    return {
      preview: { cell: { cellId, change: 'delete', cellType, before: source, after: null, index } },
      undo: { type: 'delete', from: neighboursAt(ydoc, index, cellId), cell: kept },
      at: cellId,
      said: `Deleted the cell ${cellId}.`,
      known: null,
      apply: () => cellsIn(ydoc).delete(index, 1),
    };
  },
};
