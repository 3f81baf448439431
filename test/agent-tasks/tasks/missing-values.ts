import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'clean',
  files: { 'people.csv': 'id,name,age\n1,Ada,36\n,Nobody,99\n3,Ben,\n4,Cleo,20\n5,Dan,40\n' },
  cells: [code('load', 'import pandas as pd\n\npeople = pd.read_csv("people.csv")\npeople')],
  question:
    'Drop people without an id, then give those without an age the median age of the others. Keep the result in `cleaned`.',
  selectedCells: ['load'],
  check: `assert [int(each) for each in cleaned["id"]] == [1, 3, 4, 5]
assert [float(each) for each in cleaned["age"]] == [36, 36, 20, 40]
assert list(cleaned["name"]) == ["Ada", "Ben", "Cleo", "Dan"]`,
  solution: [
    [
      createCell(
        'code',
        'cleaned = people.dropna(subset=["id"]).copy()\ncleaned["age"] = cleaned["age"].fillna(cleaned["age"].median())\ncleaned',
        { after: 'load' },
      ),
    ],
  ],
  lastWords: 'cleaned has four people.',
};
