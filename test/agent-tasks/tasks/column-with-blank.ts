import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { patchCell, readFile, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  files: { 'sales.csv': 'item, price ,count\napple,1.5,10\npear,2.0,4\nplum,0.5,30\n' },
  cells: [
    code('load', 'import pandas as pd\n\nsales = pd.read_csv("sales.csv")'),
    code('turnover', 'turnover = (sales["price"] * sales["count"]).sum()\nturnover'),
  ],
  question: 'Why does this fail with a KeyError? Please make it work.',
  selectedCells: ['turnover'],
  check: 'assert float(turnover) == 38.0',
  solution: [
    [readFile('sales.csv')],
    [
      patchCell(
        'load',
        'sales = pd.read_csv("sales.csv")',
        'sales = pd.read_csv("sales.csv")\nsales.columns = sales.columns.str.strip()',
      ),
    ],
    [runCells('load', 'turnover')],
  ],
  lastWords: 'The header has blanks around "price"; they are taken off now.',
};
