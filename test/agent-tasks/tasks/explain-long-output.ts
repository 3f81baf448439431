import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { readOutput } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'explain',
  cells: [
    code(
      'train',
      'loss = 1000.0\nfor epoch in range(1, 801):\n    loss = loss + 50 if epoch == 437 else loss - 1\n    print(f"epoch {epoch:4d}   loss {loss:8.1f}   learning rate 0.001   seconds 0.25")',
    ),
  ],
  question:
    'In which epoch did the loss rise? Look at what was printed, do not run it again, and answer with its number alone.',
  selectedCells: ['train'],
  leavesNotebook: true,
  check: 'import re\nassert re.findall(r"\\d+", answer) == ["437"], answer',
  solution: [[readOutput('train')]],
  lastWords: '437',
};
