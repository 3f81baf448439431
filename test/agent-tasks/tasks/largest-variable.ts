import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { listVariables } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'notebook',
  cells: [
    code(
      'tables',
      'import pandas as pd\n\nsizes = {"birch": 40, "cedar": 35, "maple": 311, "olive": 120}\nfor tree, age in sizes.items():\n    globals()[tree] = pd.DataFrame({"ring": range(age * 7 % 250)})',
    ),
  ],
  question:
    'Which of birch, cedar, maple and olive has the most rows? Look at the variables, run nothing, and answer with its name alone.',
  leavesNotebook: true,
  check: `rows = {tree: len(globals()[tree]) for tree in sizes}
longest = max(rows, key=rows.get)
assert answer.strip().strip("*.").lower() == longest, (longest, answer)`,
  solution: [[listVariables()]],
  lastWords: 'cedar',
};
