import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { awaitRun, readOutput, startCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'notebook',
  cells: [
    code(
      'search',
      'import time\n\nfor candidate in range(91, 200):\n    time.sleep(0.5)\n    if all(candidate % divisor for divisor in range(2, candidate)):\n        break\nprint("found", candidate)',
    ),
  ],
  ran: [],
  question: 'Run this cell, wait until it is through, and tell me the number that it found.',
  selectedCells: ['search'],
  check: `assert "found 97" in cells[0]["text"]
assert "97" in answer, answer
assert "found 97" in str(cells[0]["saved"]), cells[0]["saved"]`,
  solution: [
    [startCells('search')],
    (said) => {
      const run = /await_run waits for ([\w-]+)/.exec(said.at(-1) ?? '')?.[1];
      return run === undefined ? [readOutput('search')] : [awaitRun(run)];
    },
  ],
  lastWords: 'It found 97.',
};
