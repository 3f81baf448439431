import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'plot',
  files: { 'sales.csv': 'region,amount\nnorth,10\nsouth,5\nnorth,7\nwest,20\nsouth,1\n' },
  cells: [
    code(
      'load',
      'import pandas as pd\nimport matplotlib.pyplot as plt\n\nsales = pd.read_csv("sales.csv")\nsales.head()',
    ),
  ],
  question: 'A bar chart of the total amount of each region, please.',
  check: `bars = [sorted(max(bar.get_height(), bar.get_width()) for bar in axes.patches) for figure in figures for axes in figure.axes]
assert any(heights == [6, 17, 20] for heights in bars), bars`,
  solution: [
    [
      createCell(
        'code',
        'sales.groupby("region")["amount"].sum().plot.bar()\nplt.ylabel("amount")\nplt.show()',
        { after: 'load' },
      ),
    ],
  ],
  lastWords: 'West sold most.',
};
