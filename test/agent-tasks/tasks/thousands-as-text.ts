import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { patchCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  files: { 'cities.csv': 'city,people\nUtrecht,"361,966"\nDelft,"103,659"\nGouda,"75,316"\n' },
  cells: [
    code('load', 'import pandas as pd\n\ncities = pd.read_csv("cities.csv")\ncities'),
    code('mean', 'mean_people = cities["people"].mean()\nmean_people'),
  ],
  question: 'The mean cannot be computed. Fix it where the data is read.',
  selectedCells: ['mean'],
  check: 'assert round(float(mean_people)) == 180314\nassert cities["people"].sum() == 540941',
  solution: [
    [patchCell('load', '"cities.csv")', '"cities.csv", thousands=",")')],
    [runCells('load', 'mean')],
  ],
  lastWords: 'The numbers have commas between thousands, so they were read as text.',
};
