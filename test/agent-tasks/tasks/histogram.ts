import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell } from '../tool-use.ts';

const ages = Array.from({ length: 60 }, (_, index) => 18 + ((index * 17) % 60));

export const task: NotebookTask = {
  kind: 'plot',
  cells: [
    code('imports', 'import matplotlib.pyplot as plt'),
    code('ages', `ages = [${ages.join(', ')}]\nlen(ages)`),
  ],
  question: 'Show me how the ages are distributed: a histogram with 6 bins.',
  check: `bars = [[patch.get_height() for patch in axes.patches] for figure in figures for axes in figure.axes]
assert any(len(heights) == 6 and sum(heights) == 60 for heights in bars), bars`,
  solution: [
    [createCell('code', 'plt.hist(ages, bins=6)\nplt.xlabel("age")\nplt.show()', { after: 'ages' })],
  ],
  lastWords: 'They are spread evenly.',
};
