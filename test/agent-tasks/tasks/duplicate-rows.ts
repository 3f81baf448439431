import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'clean',
  files: {
    'stock.csv':
      'item,counted,amount\nnut,2024-03-01,5\nbolt,2024-03-02,7\nnut,2024-04-09,8\nbolt,2024-01-30,1\ngear,2024-02-02,3\n',
  },
  cells: [code('load', 'import pandas as pd\n\nstock = pd.read_csv("stock.csv")\nstock')],
  question: 'Keep only the newest count of each item, in `newest`.',
  check: `found = {row["item"]: int(row["amount"]) for _, row in newest.reset_index().iterrows()}
assert found == {"nut": 8, "bolt": 7, "gear": 3}, found
assert len(newest) == 3`,
  solution: [
    [
      createCell(
        'code',
        'newest = stock.sort_values("counted").drop_duplicates("item", keep="last").sort_index()\nnewest',
        { after: 'load' },
      ),
    ],
  ],
  lastWords: 'newest has three rows.',
};
