import { z } from 'zod';
import type { ContentPart } from '../../../ai-agent/message.ts';
import { asData, labelled } from '../../../ai-agent/notebook-prompt/data-label.ts';
import { outputContent } from '../../../ai-agent/notebook-prompt/output-content.ts';
import { ToolError } from '../../../ai-agent/tool.ts';
import type { Tool } from '../../../ai-agent/tool.ts';
import type { NotebookReader } from '../notebook-reader.ts';

/** In characters. */
const page = 12_000;
const wholeOutput = {
  characters: 5_000_000,
  tableRows: 2_000,
  tableColumns: 200,
  imageCharacters: 4_000_000,
};
const schema = z.strictObject({
  cell: z.string().describe('The id of the cell.'),
  output: z.int().min(1).nullish().describe('Which of its outputs, counted from 1; without it all of them.'),
  start: z
    .int()
    .default(0)
    .describe('The character to begin at; a negative number counts from the end: -4000 is the last 4,000.'),
});
type Arguments = z.infer<typeof schema>;

export function readOutput(reader: NotebookReader): Tool<Arguments> {
  return {
    name: 'read_output',
    description: `Reads what a cell has put out, ${page} characters at a time: long text, all rows of a table, images.`,
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ cell: cellId, output, start }) {
      const { cell, widgets } = await reader.cell(cellId);
      const wanted = output == null ? cell.outputs : cell.outputs.slice(output - 1, output);
      if (wanted.length === 0) {
        const count = cell.outputs.length;
        throw new ToolError(count === 0 ? 'The cell has no output.' : `The cell has ${count} outputs.`);
      }
      const parts = wanted.flatMap((each) => outputContent(each, wholeOutput, widgets));
      const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
      const images = parts.filter(({ type }) => type === 'image');
      return reader.result([...pageOf(cellId, texts.join('\n'), start), ...images]);
    },
  };
}

function pageOf(cellId: string, text: string, start: number): ContentPart[] {
  if (text === '') return [];
  const from = Math.min(text.length, start < 0 ? Math.max(0, text.length + start) : start);
  const shown = text.slice(from, from + page).toWellFormed();
  const attributes = { cell: cellId, characters: `${from}-${from + shown.length}`, of: text.length };
  const parts: ContentPart[] = [{ type: 'text', text: labelled('cell-output', attributes, asData(shown)) }];
  const next = from + shown.length;
  if (next < text.length) parts.push({ type: 'text', text: `[More: call again with start ${next}]` });
  return parts;
}
