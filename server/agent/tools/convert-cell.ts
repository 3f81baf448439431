import { z } from 'zod';
import { ToolError } from '../../../ai-agent/tool.ts';
import { convertCell as convert, metadataOfOutputs } from '../convert-cell.ts';
import type { EditTool } from '../edit-tool.ts';
import { contentOf, findCell } from '../shared-cell.ts';

const schema = z.strictObject({
  cell: z.string().describe('The id of the cell.'),
  cell_type: z.enum(['code', 'markdown', 'raw']).describe('What it is to be.'),
});
type Arguments = z.infer<typeof schema>;

export const convertCell: EditTool<Arguments> = {
  name: 'convert_cell',
  description:
    'Makes a cell another kind of cell. Its source stays; outputs go where it is no code any more.',
  schema,
  plan({ ydoc }, { cell: cellId, cell_type: cellType }) {
    const { cell, index } = findCell(ydoc, cellId);
    const { type: from, source, outputs, executionCount, attachments, metadata } = contentOf(cell);
    if (from === cellType) throw new ToolError(`The cell is a ${cellType} cell already. Nothing was done.`);
    return {
      preview: { cell: { cellId, change: 'convert', cellType, before: source, after: source, index } },
      undo: {
        type: 'convert',
        from,
        outputs: [...outputs],
        executionCount,
        attachments,
        metadata: metadataOfOutputs(metadata),
      },
      at: cellId,
      said: `The cell ${cellId} is a ${cellType} cell now.`,
      known: null,
      apply: () =>
        convert(ydoc, cellId, {
          type: cellType,
          outputs: [],
          executionCount: null,
          attachments,
          metadata: {},
        }),
    };
  },
};
