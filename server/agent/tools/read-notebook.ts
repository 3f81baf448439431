import { z } from 'zod';
import { outlineOf } from '../../../ai-agent/notebook-prompt/cell-content.ts';
import { estimateTokensOfContent } from '../../../ai-agent/estimate-tokens.ts';
import type { ContentPart } from '../../../ai-agent/message.ts';
import type { Tool } from '../../../ai-agent/tool.ts';
import type { NotebookReader } from '../notebook-reader.ts';

const linesOfPage = 200;
const cellsOfPage = 20;
/** Of a page of cells; about what a result may have. */
const tokensOfPage = 4_000;
const schema = z.strictObject({
  view: z
    .enum(['outline', 'cells'])
    .default('outline')
    .describe('outline: a line for each cell; cells: sources and outputs, outputs in short.'),
  from: z.int().min(1).default(1).describe('The number of the first cell, counted from 1.'),
  count: z.int().min(1).max(linesOfPage).nullish().describe('How many cells.'),
});
type Arguments = z.infer<typeof schema>;

export function readNotebook(reader: NotebookReader): Tool<Arguments> {
  return {
    name: 'read_notebook',
    description: `Reads the notebook as it is now: an outline of ${linesOfPage} cells at a time, or up to ${cellsOfPage} cells with their outputs.`,
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ view, from, count }) {
      const cells = await reader.read();
      const outlined = cells.slice(from - 1, from - 1 + (count ?? linesOfPage));
      if (view === 'outline') {
        const lines = outlined.map((cell, at) => outlineOf(cell, from + at));
        return reader.result([
          text([`The notebook has ${cells.length} cells.`, ...lines].join('\n')),
          ...rest(from + outlined.length, cells.length),
        ]);
      }
      const wanted = cells.slice(from - 1, from - 1 + Math.min(count ?? cellsOfPage, cellsOfPage));
      const parts: ContentPart[] = [];
      const told: [string, string][] = [];
      let tokens = 0;
      for (const [at, cell] of wanted.entries()) {
        const { content, isWhole } = await reader.content(cell, from + at, 'short');
        tokens += estimateTokensOfContent(content);
        if (parts.length > 0 && tokens > tokensOfPage) {
          return reader.result([...parts, ...rest(from + at, cells.length)], told);
        }
        parts.push(...content);
        if (isWhole) told.push([cell.id, cell.source]);
      }
      return reader.result([...parts, ...rest(from + wanted.length, cells.length)], told);
    },
  };
}

function rest(next: number, cells: number): ContentPart[] {
  return next <= cells ? [text(`[${cells - next + 1} more cells: call again with from ${next}]`)] : [];
}

function text(written: string): ContentPart {
  return { type: 'text', text: written };
}
