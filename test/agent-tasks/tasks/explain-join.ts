import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { readFile } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'explain',
  files: {
    'customers.csv': 'key,name\nK-101,Ada\nK-204,Ben\nK-204,Bengt\nK-310,Cleo\n',
    'orders.csv': 'key,amount\nK-101,5\nK-204,7\nK-204,9\nK-310,1\n',
  },
  cells: [
    code(
      'load',
      'import pandas as pd\n\ncustomers = pd.read_csv("customers.csv")\norders = pd.read_csv("orders.csv")\nlen(orders)',
    ),
    code('join', 'joined = orders.merge(customers, on="key")\nlen(joined)'),
  ],
  question: 'Why has the joined table more rows than there are orders? Name the key that does it.',
  selectedCells: ['join'],
  leavesNotebook: true,
  check: 'import re\nassert re.findall(r"K-\\d+", answer)[:1] == ["K-204"], answer',
  solution: [[readFile('customers.csv'), readFile('orders.csv')]],
  lastWords: 'K-204 stands for two customers, so each of its orders is there twice.',
};
