import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, readCell, runCells, writeCell } from '../tool-use.ts';

const load = 'import csv\n\nrows = list(csv.DictReader(open("points.csv")))';
const clean = 'rows = [row for row in rows if row["points"]]\npoints = [int(row["points"]) for row in rows]';
const tell = 'print("sum", sum(points))';

export const task: NotebookTask = {
  kind: 'refactor',
  files: { 'points.csv': 'name,points\nada,3\nben,\ncleo,9\n' },
  cells: [code('all', `${load}\n${clean}\n${tell}`)],
  question: 'Split this cell into three: one that loads, one that cleans, one that tells.',
  selectedCells: ['all'],
  check: `codes = [cell for cell in cells if cell["type"] == "code"]
assert len(codes) == 3, len(codes)
assert points == [3, 9]
assert [("csv" in cell["source"], "sum 12" in cell["text"]) for cell in codes] == [(True, False), (False, False), (False, True)]`,
  solution: [
    [readCell('all')],
    [
      writeCell('all', load),
      createCell('code', tell, { after: 'all' }),
      createCell('code', clean, { after: 'all' }),
    ],
    [runCells('all')],
  ],
  lastWords: 'There are three cells.',
};
