import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { moveCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  cells: [
    code('values', 'celsius = [0, 37, 100]'),
    code('convert', 'fahrenheit = [to_fahrenheit(value) for value in celsius]\nfahrenheit'),
    code('function', 'def to_fahrenheit(celsius):\n    return celsius * 9 / 5 + 32'),
  ],
  question: 'This notebook does not run from top to bottom. Put it in order.',
  check: 'assert [round(value, 1) for value in fahrenheit] == [32, 98.6, 212]',
  solution: [[moveCell('function', { after: 'values' })], [runCells('values', 'function', 'convert')]],
  lastWords: 'The function stands before the cell that uses it now.',
};
