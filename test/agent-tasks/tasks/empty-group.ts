import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { patchCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  cells: [
    code('data', 'scores = {"red": [3, 5], "green": [], "blue": [4, 4, 10]}'),
    code(
      'means',
      'def mean(values):\n    return sum(values) / len(values)\n\nmeans = {team: mean(values) for team, values in scores.items()}\nmeans',
    ),
  ],
  question: 'Fix this: a team without scores has a mean of None.',
  selectedCells: ['means'],
  check: 'assert means == {"red": 4, "green": None, "blue": 6}\nassert mean([]) is None',
  solution: [
    [
      patchCell(
        'means',
        'return sum(values) / len(values)',
        'return sum(values) / len(values) if values else None',
      ),
    ],
    [runCells('means')],
  ],
  lastWords: 'A team without scores has no mean now.',
};
