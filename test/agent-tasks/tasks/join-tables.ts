import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, listDirectory, readFile } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'clean',
  files: {
    'orders.csv': 'order,customer,amount\n1,10,100\n2,11,40\n3,10,60\n4,12,5\n5,99,7\n',
    'customers.csv': 'customer,country\n10,NL\n11,DE\n12,NL\n',
  },
  cells: [code('imports', 'import pandas as pd')],
  question:
    'From orders.csv and customers.csv: how much was ordered by country? Put it into a Series `by_country`; orders of customers that nobody knows count as "unknown".',
  check: `found = {str(key): int(value) for key, value in by_country.items()}
assert found == {"NL": 165, "DE": 40, "unknown": 7}, found`,
  solution: [
    [listDirectory('')],
    [readFile('orders.csv'), readFile('customers.csv')],
    [
      createCell(
        'code',
        'orders = pd.read_csv("orders.csv").merge(pd.read_csv("customers.csv"), on="customer", how="left")\nby_country = orders.fillna({"country": "unknown"}).groupby("country")["amount"].sum()\nby_country',
        { after: 'imports' },
      ),
    ],
  ],
  lastWords: 'Most was ordered in NL.',
};
