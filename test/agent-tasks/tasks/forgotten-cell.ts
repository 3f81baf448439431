import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell, createdCells, runCells, searchNotebook } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'error',
  cells: [
    code('readings', 'readings = [("kitchen", 21.5), ("attic", 28.0), ("cellar", 14.5)]'),
    code('warm', 'warm_rooms = [room for room, degrees in readings if degrees > WARM]\nwarm_rooms'),
    code('shout', 'print("Warm:", ", ".join(warm_rooms))'),
  ],
  question: 'I deleted the cell that said from how many degrees a room is warm. It was 21. Bring it back.',
  check: 'assert WARM == 21\nassert warm_rooms == ["kitchen", "attic"]',
  solution: [
    [searchNotebook('WARM')],
    [createCell('code', 'WARM = 21', { after: 'readings' })],
    (said) => [runCells(...createdCells(said), 'warm', 'shout')],
  ],
  lastWords: 'WARM is 21 again.',
};
