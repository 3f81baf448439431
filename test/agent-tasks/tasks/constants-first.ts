import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, patchCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'refactor',
  cells: [
    code('data', 'values = [3, 8, 1, 9, 4]'),
    code('above', 'threshold = 5\nabove = [value for value in values if value > threshold]\nabove'),
    code(
      'smooth',
      'window = 2\nsmooth = [sum(values[i:i + window]) / window for i in range(len(values) - window + 1)]\nsmooth',
    ),
  ],
  question: 'Put threshold and window into one cell at the very top, so that I can change them there.',
  check: `first = next(cell for cell in cells if cell["type"] == "code")
settings = {}
exec(first["source"], settings)
assert (settings["threshold"], settings["window"]) == (5, 2)
import ast
assigned = [target.id for cell in cells if cell["type"] == "code" for node in ast.walk(ast.parse(cell["source"]))
            if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)]
assert assigned.count("threshold") == 1 and assigned.count("window") == 1
assert above == [8, 9] and smooth == [5.5, 4.5, 5, 6.5]`,
  solution: [
    [
      createCell('code', 'threshold = 5\nwindow = 2', { before: 'data' }),
      patchCell('above', 'threshold = 5\n', ''),
      patchCell('smooth', 'window = 2\n', ''),
    ],
    [runCells('above', 'smooth')],
  ],
  lastWords: 'Both are set in the first cell.',
};
