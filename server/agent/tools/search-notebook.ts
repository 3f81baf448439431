import { z } from 'zod';
import { asData } from '../../../ai-agent/notebook-prompt/data-label.ts';
import { joinedLines } from '../../../ai-agent/notebook-prompt/joined-lines.ts';
import type { CellView } from '../../../ai-agent/notebook-prompt/notebook-view.ts';
import type { Tool } from '../../../ai-agent/tool.ts';
import type { NotebookReader } from '../notebook-reader.ts';

const most = 50;
/** In characters, of a line that is found. */
const longestLine = 240;
const schema = z.strictObject({
  text: z.string().min(1).describe('What to look for, as it stands there; capital letters do not matter.'),
  where: z.enum(['sources', 'outputs', 'both']).default('sources'),
});
type Arguments = z.infer<typeof schema>;

export function searchNotebook(reader: NotebookReader): Tool<Arguments> {
  return {
    name: 'search_notebook',
    description: `Finds text in the sources or outputs of the notebook’s cells: the first ${most} lines that have it.`,
    effect: 'reads',
    schema,
    timeLimit: 30_000,
    isRepeatable: true,
    async use({ text, where }) {
      const cells = await reader.read();
      const found: string[] = [];
      const sought = text.toLowerCase();
      for (const [index, cell] of cells.entries()) {
        const name = `${index + 1} ${cell.id}`;
        if (where !== 'outputs') found.push(...linesWith(cell.source, sought, name));
        if (where !== 'sources')
          for (const output of textsOf(cell)) found.push(...linesWith(output, sought, `${name} output`));
        if (found.length > most) break;
      }
      if (found.length === 0)
        return reader.result([{ type: 'text', text: 'It is nowhere in the notebook.' }]);
      const more = found.length > most ? ['[There are more.]'] : [];
      const lines = ['Number and id of the cell, line: what stands there.', ...found.slice(0, most), ...more];
      return reader.result([{ type: 'text', text: lines.join('\n') }]);
    },
  };
}

function linesWith(text: string, sought: string, name: string): string[] {
  const found: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const at = line.toLowerCase().indexOf(sought);
    if (at === -1) continue;
    const from = Math.max(0, at - longestLine / 2);
    found.push(`${name}, ${index + 1}: ${asData(line.slice(from, from + longestLine).toWellFormed())}`);
    if (found.length > most) break;
  }
  return found;
}

/** What is kept beside the document is not looked through. */
function textsOf({ outputs }: CellView): string[] {
  return outputs.map((output) => {
    switch (output.output_type) {
      case 'stream':
        return joinedLines(output.text) ?? '';
      case 'error':
        return [`${output.ename}: ${output.evalue}`, ...output.traceback].join('\n');
      case 'display_data':
      case 'execute_result':
        return joinedLines(output.data['text/plain']) ?? '';
    }
  });
}
