import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { readFile } from '../tool-use.ts';

const lines = Array.from({ length: 90 }, (_, index) =>
  index === 56 ? 'w57;seven' : `w${index + 1};${index * 2}`,
);

export const task: NotebookTask = {
  kind: 'explain',
  files: { 'weights.txt': `${lines.join('\n')}\n` },
  cells: [
    code(
      'load',
      'weights = {}\ntry:\n    for line in open("weights.txt"):\n        name, grams = line.split(";")\n        weights[name] = int(grams)\nexcept ValueError as error:\n    print("broken line", error)\nlen(weights)',
    ),
  ],
  question: 'One line of weights.txt cannot be read. Which one? Say its name (the first field) only.',
  leavesNotebook: true,
  check: 'import re\nassert set(re.findall(r"\\bw\\d+\\b", answer)) == {"w57"}, answer',
  solution: [[readFile('weights.txt')]],
  lastWords: 'w57',
};
