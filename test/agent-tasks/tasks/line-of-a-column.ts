import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'plot',
  files: { 'weather.csv': 'day,temperature,wind\n1,12.1,3\n2,14.0,5\n3,13.2,2\n4,17.5,4\n' },
  cells: [
    code(
      'load',
      'import pandas as pd\nimport matplotlib.pyplot as plt\n\nweather = pd.read_csv("weather.csv")\nweather',
    ),
  ],
  question: 'Plot the column temperature over the day, as a line.',
  selectedCells: ['load'],
  check: `lines = [line for figure in figures for axes in figure.axes for line in axes.get_lines()]
assert any([float(y) for y in line.get_ydata()] == [12.1, 14.0, 13.2, 17.5]
           and [float(x) for x in line.get_xdata()] == [1, 2, 3, 4] for line in lines), lines
assert any("image/png" in cell["data"] for cell in cells)`,
  solution: [
    [
      createCell(
        'code',
        'plt.plot(weather["day"], weather["temperature"])\nplt.xlabel("day")\nplt.ylabel("temperature")\nplt.show()',
        { after: 'load' },
      ),
    ],
  ],
  lastWords: 'Here is the line.',
};
