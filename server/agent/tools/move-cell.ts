import { z } from 'zod';
import { ToolError } from '../../../ai-agent/tool.ts';
import { indexBetween, moveCell as move, neighboursAt } from '../cell-place.ts';
import type { EditTool } from '../edit-tool.ts';
import { cellsIn, findCell, sourceOf, typeOf } from '../shared-cell.ts';

const schema = z.strictObject({
  cell: z.string().describe('The id of the cell.'),
  after: z.string().nullish().describe('The id of the cell that it is to stand behind.'),
  before: z
    .string()
    .nullish()
    .describe('Or the id of the cell that it is to stand before. With neither it becomes the last.'),
});
type Arguments = z.infer<typeof schema>;

export const moveCell: EditTool<Arguments> = {
  name: 'move_cell',
  description: 'Moves a cell, with its outputs, to another place in the notebook.',
  schema,
  plan({ ydoc }, { cell: cellId, after, before }) {
    if (after != null && before != null) throw new ToolError('Say either after or before, not both.');
    const { cell, index } = findCell(ydoc, cellId);
    const beside = after ?? before;
    if (beside === cellId) throw new ToolError('A cell cannot stand beside itself.');
    if (beside != null) findCell(ydoc, beside);
    let to = cellsIn(ydoc).length - 1;
    if (after != null) to = indexBetween(ydoc, { before: after, behind: null }, cellId);
    else if (before != null) to = indexBetween(ydoc, { before: null, behind: before }, cellId);
    if (to === index) throw new ToolError('The cell stands there already. Nothing was done.');
    const source = sourceOf(cell);
    return {
      preview: {
        cell: { cellId, change: 'move', cellType: typeOf(cell), before: source, after: source, index: to },
      },
      undo: {
        type: 'move',
        from: neighboursAt(ydoc, index, cellId),
        to: neighboursAt(ydoc, to, cellId),
      },
      at: cellId,
      said: `Moved the cell ${cellId}; it is number ${to + 1} now.`,
      known: null,
      apply: () => move(ydoc, cellId, to),
    };
  },
};
