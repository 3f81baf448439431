import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { readFile } from '../tool-use.ts';

const rows = Array.from(
  { length: 40 },
  (_, index) => `C${index + 1},${index === 16 ? 99999 : 20 + (index % 5)}`,
);

export const task: NotebookTask = {
  kind: 'explain',
  files: { 'sensors.csv': `sensor,reading\n${rows.join('\n')}\n` },
  cells: [
    code('load', 'import pandas as pd\n\nsensors = pd.read_csv("sensors.csv")\nsensors.head()'),
    code('mean', 'sensors["reading"].mean()'),
  ],
  question:
    'All readings should be between 15 and 30. Which sensor makes the mean so large? Tell me, and change nothing.',
  selectedCells: ['mean'],
  leavesNotebook: true,
  check: 'import re\nassert re.findall(r"\\bC\\d+\\b", answer)[:1] == ["C17"], answer',
  solution: [[readFile('sensors.csv')]],
  lastWords: 'It is C17, which reads 99999.',
};
