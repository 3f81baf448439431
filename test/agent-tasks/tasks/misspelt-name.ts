import type { NotebookTask } from '../notebook-task.ts';
import { code, markdown } from '../notebook-task.ts';
import { patchCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  cells: [
    markdown('title', '# Rainfall'),
    code('data', 'rainfall = [12.5, 0.0, 3.2, 7.8, 0.4]'),
    code('mean', 'mean_rainfall = sum(rainfal) / len(rainfall)\nmean_rainfall'),
  ],
  question: 'Fix this error.',
  selectedCells: ['mean'],
  check: 'assert abs(mean_rainfall - 4.78) < 1e-9\nassert rainfall == [12.5, 0.0, 3.2, 7.8, 0.4]',
  solution: [[patchCell('mean', 'rainfal)', 'rainfall)')], [runCells('mean')]],
  lastWords: 'The name was misspelt; the mean is 4.78.',
};
