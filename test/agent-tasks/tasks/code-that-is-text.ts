import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { convertCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'notebook',
  cells: [
    code('notes', '## How this works\n\nEach *measurement* is taken **twice**; the smaller one counts.'),
    code('pairs', 'pairs = [(3, 4), (9, 2)]'),
    code('least', 'least = [min(pair) for pair in pairs]\nleast'),
  ],
  ran: [],
  question: 'The first cell is text, not code. Make it a Markdown cell, as it stands, and run the others.',
  check: `assert cells[0]["type"] == "markdown"
assert "*measurement* is taken **twice**" in cells[0]["source"]
assert least == [3, 2]`,
  solution: [[convertCell('notes', 'markdown')], [runCells('pairs', 'least')]],
  lastWords: 'It is Markdown now.',
};
