import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, readNotebook } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'notebook',
  cells: [
    code('load', 'prices = [3, 5, 9]'),
    code('tax', 'with_tax = [round(price * 1.21, 2) for price in prices]'),
    code('tell', 'print(sum(with_tax))'),
  ],
  question: 'Put a Markdown cell with a heading before each code cell that says what it does.',
  check: `types = [cell["type"] for cell in cells]
assert types == ["markdown", "code"] * 3, types
assert all(cell["source"].lstrip().startswith("#") for cell in cells if cell["type"] == "markdown")
assert [cell["id"] for cell in cells if cell["type"] == "code"] == ["load", "tax", "tell"]`,
  solution: [
    [readNotebook()],
    [
      createCell('markdown', '## Prices', { before: 'load' }),
      createCell('markdown', '## With tax', { after: 'load' }),
      createCell('markdown', '## The sum', { after: 'tax' }),
    ],
  ],
  lastWords: 'Each cell has a heading.',
};
