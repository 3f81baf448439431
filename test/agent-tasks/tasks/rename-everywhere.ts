import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { patchCell, runCells, searchNotebook } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'refactor',
  files: { 'orders.csv': 'id,amount\n1,10\n2,30\n3,5\n' },
  cells: [
    code('load', 'import pandas as pd\n\ndf2 = pd.read_csv("orders.csv")'),
    code('large', 'large = df2[df2["amount"] > 8]\nlarge'),
    code('total', 'total = df2["amount"].sum()\nprint("df2 in all:", total)'),
  ],
  question: 'Rename df2 to orders in the whole notebook, also where it is printed.',
  check: `assert list(orders["amount"]) == [10, 30, 5] and len(large) == 2 and total == 45
assert "df2" not in globals()
assert not any("df2" in cell["source"] or "df2" in cell["text"] for cell in cells)`,
  solution: [
    [searchNotebook('df2')],
    [
      patchCell('load', 'df2', 'orders'),
      patchCell('large', 'df2[df2["amount"] > 8]', 'orders[orders["amount"] > 8]'),
      patchCell('total', 'df2["amount"].sum()\nprint("df2', 'orders["amount"].sum()\nprint("orders'),
    ],
    [runCells('load', 'large', 'total')],
  ],
  lastWords: 'It is called orders everywhere.',
};
