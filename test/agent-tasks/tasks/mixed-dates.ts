import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, readFile } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'clean',
  files: { 'visits.csv': 'visit,date\n1,2024-03-05\n2,31.12.2023\n3,2024-01-17\n4,07.02.2024\n' },
  cells: [code('load', 'import pandas as pd\n\nvisits = pd.read_csv("visits.csv")\nvisits.dtypes')],
  question:
    'The dates come as year-month-day and as day.month.year. Make them all real dates in visits["date"], and put the rows in order of time.',
  check: `assert str(visits["date"].dtype).startswith("datetime64"), visits["date"].dtype
assert [each.strftime("%Y-%m-%d") for each in visits["date"]] == ["2023-12-31", "2024-01-17", "2024-02-07", "2024-03-05"]
assert list(visits["visit"]) == [2, 3, 4, 1]`,
  solution: [
    [readFile('visits.csv')],
    [
      createCell(
        'code',
        'iso = pd.to_datetime(visits["date"], format="%Y-%m-%d", errors="coerce")\ndotted = pd.to_datetime(visits["date"], format="%d.%m.%Y", errors="coerce")\nvisits["date"] = iso.fillna(dotted)\nvisits = visits.sort_values("date")\nvisits',
        { after: 'load' },
      ),
    ],
  ],
  lastWords: 'All four are dates, the oldest first.',
};
