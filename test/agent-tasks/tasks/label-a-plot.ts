import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { patchCell, runCells } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'plot',
  cells: [
    code('data', 'import matplotlib.pyplot as plt\n\nhours = [0, 6, 12, 18]\nload = [20, 35, 80, 60]'),
    code('plot', 'plt.plot(hours, load)\nplt.show()'),
  ],
  question:
    'Give this plot the title "Load of a day" and axes that say "hour" and "load (%)". Change nothing else of it.',
  selectedCells: ['plot'],
  check: `assert len(figures) == 1, figures
axes = figures[0].axes[0]
assert axes.get_title() == "Load of a day", axes.get_title()
assert (axes.get_xlabel(), axes.get_ylabel()) == ("hour", "load (%)")
assert list(axes.get_lines()[0].get_ydata()) == [20, 35, 80, 60]`,
  solution: [
    [
      patchCell(
        'plot',
        'plt.plot(hours, load)\n',
        'plt.plot(hours, load)\nplt.title("Load of a day")\nplt.xlabel("hour")\nplt.ylabel("load (%)")\n',
      ),
    ],
    [runCells('plot')],
  ],
  lastWords: 'It has a title and names on its axes.',
};
