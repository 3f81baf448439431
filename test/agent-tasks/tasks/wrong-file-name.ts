import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { listDirectory, patchCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  files: {
    'data/measurements-2024.csv': 'sensor,value\na,4\nb,6\n',
    'data/notes.txt': 'Measured in spring.\n',
  },
  cells: [
    code('load', 'import pandas as pd\n\nmeasured = pd.read_csv("data/measurement_2024.csv")'),
    code('total', 'total = int(measured["value"].sum())\ntotal'),
  ],
  question: 'The file cannot be found. Look what there is in the folder data, and use it.',
  selectedCells: ['load'],
  check: 'assert total == 10\nassert list(measured["sensor"]) == ["a", "b"]',
  solution: [
    [listDirectory('data')],
    [patchCell('load', 'measurement_2024', 'measurements-2024')],
    [runCells('load', 'total')],
  ],
  lastWords: 'The file is called measurements-2024.csv.',
};
