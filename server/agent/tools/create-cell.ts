import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ToolError } from '../../../ai-agent/tool.ts';
import type { EditTool } from '../edit-tool.ts';
import { cellsIn, findCell, newSharedCell, placeOfCell } from '../shared-cell.ts';

const schema = z.strictObject({
  cell_type: z.enum(['code', 'markdown', 'raw']).default('code'),
  source: z.string().describe('All of its source.'),
  after: z.string().nullish().describe('The id of the cell that it comes behind.'),
  before: z
    .string()
    .nullish()
    .describe('Or the id of the cell that it comes before. With neither it comes last.'),
});
type Arguments = z.infer<typeof schema>;

export const createCell: EditTool<Arguments> = {
  name: 'create_cell',
  description:
    'Puts a new cell into the notebook. It is not run by that. Answers its id. Put imports, loading and plotting into cells of their own.',
  schema,
  plan({ ydoc }, { cell_type: type, source, after, before }, _seen, turnId) {
    if (after != null && before != null) throw new ToolError('Say either after or before, not both.');
    const cells = cellsIn(ydoc);
    let index = cells.length;
    if (after != null) index = findCell(ydoc, after).index + 1;
    else if (before != null) index = findCell(ydoc, before).index;
    const text = source.toWellFormed();
    const id = newId((taken) => placeOfCell(ydoc, taken) !== null, `${turnId} ${after} ${before} ${text}`);
    return {
      preview: { cell: { cellId: id, change: 'create', cellType: type, before: null, after: text, index } },
      undo: { type: 'create' },
      at: id,
      said: `Created the ${type} cell ${id}, number ${index + 1}.`,
      known: text,
      apply() {
        const cell = {
          id,
          type,
          source: text,
          metadata: {},
          outputs: [],
          executionCount: null,
        };
        cells.insert(index, [newSharedCell(cell)]);
      },
    };
  },
};

/** The same each time that a call is looked at, so that a person finds the cell again that they were shown. */
function newId(isTaken: (id: string) => boolean, from: string): string {
  for (let count = 0; ; count += 1) {
    const id = createHash('sha256').update(`${from} ${count}`).digest('hex').slice(0, 8);
    if (!isTaken(id)) return id;
  }
}
