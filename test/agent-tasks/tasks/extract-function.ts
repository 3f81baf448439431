import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, createdCells, readCell, runCells, writeCell } from '../tool-use.ts';

const repeated = (name: string): string =>
  `${name}_scaled = [(value - min(${name})) / (max(${name}) - min(${name})) for value in ${name}]`;

export const task: NotebookTask = {
  kind: 'refactor',
  cells: [
    code('data', 'height = [150, 160, 200]\nweight = [50, 75, 100]\nage = [20, 30, 70]'),
    code('height', repeated('height')),
    code('weight', repeated('weight')),
    code('age', repeated('age')),
    code('show', 'print(height_scaled, weight_scaled, age_scaled)'),
  ],
  question:
    'The same formula stands in three cells. Put it into a function scaled(values), and use it in all three.',
  selectedCells: ['height', 'weight', 'age'],
  check: `assert scaled([1, 2, 5]) == [0, 0.25, 1]
assert (height_scaled, weight_scaled, age_scaled) == ([0, 0.2, 1], [0, 0.5, 1], [0, 0.2, 1])
assert sum("scaled(" in cell["source"] for cell in cells if cell["id"] in ("height", "weight", "age")) == 3
assert sum(cell["source"].count("max(") for cell in cells) == 1`,
  solution: [
    [
      createCell(
        'code',
        'def scaled(values):\n    low, high = min(values), max(values)\n    return [(value - low) / (high - low) for value in values]',
        { after: 'data' },
      ),
    ],
    ['height', 'weight', 'age'].map((name) => readCell(name)),
    ['height', 'weight', 'age'].map((name) => writeCell(name, `${name}_scaled = scaled(${name})`)),
    (said) => [runCells(...createdCells(said), 'height', 'weight', 'age', 'show')],
  ],
  lastWords: 'All three use scaled().',
};
