import type { NotebookTask } from '../notebook-task.ts';
import { code, markdown } from '../notebook-task.ts';
import { deleteCell, readCell, searchNotebook } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'notebook',
  cells: [
    markdown('title', '# Report'),
    code('data', 'values = [1, 2, 3]'),
    code('draft-1', '# draft\nvalues2 = values * 2'),
    code('total', 'total = sum(values)\ntotal'),
    code('draft-2', '# draft\nprint("try", values2)'),
    markdown('end', 'The draft of the end: the total is right.'),
  ],
  question: 'Delete the code cells that begin with "# draft".',
  check: `assert [cell["id"] for cell in cells] == ["title", "data", "total", "end"], [cell["id"] for cell in cells]
assert total == 6`,
  solution: [
    [searchNotebook('# draft')],
    [readCell('draft-1'), readCell('draft-2')],
    [deleteCell('draft-1'), deleteCell('draft-2')],
  ],
  lastWords: 'Both drafts are gone.',
};
