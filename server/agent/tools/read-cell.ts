import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import type { NotebookReader } from '../notebook-reader.ts';

const schema = z.strictObject({ cell: z.string().describe('The id of the cell.') });
type Arguments = z.infer<typeof schema>;

export function readCell(reader: NotebookReader): Tool<Arguments> {
  return {
    name: 'read_cell',
    description:
      'Reads a cell as it is now: its source and its outputs, images too. Long outputs: read_output.',
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ cell: cellId }) {
      const { cell, number, widgets } = await reader.cell(cellId);
      const { content, isWhole } = await reader.content(cell, number, 'whole', widgets);
      return reader.result(content, isWhole ? [[cellId, cell.source]] : []);
    },
  };
}
