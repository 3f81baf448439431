import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { patchCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  cells: [
    code('data', 'series = [2, 4, 6, 8, 10, 12]'),
    code(
      'moving',
      'def moving_average(values, width):\n    return [sum(values[i:i + width]) / width for i in range(len(values) - width)]\n\naverages = moving_average(series, 3)\naverages',
    ),
  ],
  question: 'There should be four averages, the last one of 8, 10 and 12. Where is it?',
  selectedCells: ['moving'],
  check:
    'assert averages == [4, 6, 8, 10]\nassert moving_average([1, 2], 2) == [1.5]\nassert moving_average([1, 2], 3) == []',
  solution: [
    [patchCell('moving', 'range(len(values) - width)', 'range(len(values) - width + 1)')],
    [runCells('moving')],
  ],
  lastWords: 'The range ended one window too early.',
};
