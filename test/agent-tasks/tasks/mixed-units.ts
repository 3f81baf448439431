import type { NotebookTask } from '../notebook-task.ts';
import { code } from '../notebook-task.ts';
import { createCell } from '../tool-use.ts';

export const task: NotebookTask = {
  kind: 'clean',
  cells: [
    code(
      'parcels',
      'parcels = [\n    {"id": "a", "weight": "12 kg"},\n    {"id": "b", "weight": "1500 g"},\n    {"id": "c", "weight": "0.5kg"},\n    {"id": "d", "weight": " 80g "},\n]',
    ),
  ],
  question:
    'Make a dictionary `kilograms` from the id of each parcel to its weight in kilograms, as a number.',
  selectedCells: ['parcels'],
  check: `assert {key: round(value, 6) for key, value in kilograms.items()} == {"a": 12, "b": 1.5, "c": 0.5, "d": 0.08}`,
  solution: [
    [
      createCell(
        'code',
        'def to_kilograms(text):\n    text = text.replace(" ", "")\n    return float(text[:-2]) if text.endswith("kg") else float(text[:-1]) / 1000\n\nkilograms = {parcel["id"]: to_kilograms(parcel["weight"]) for parcel in parcels}\nkilograms',
        { after: 'parcels' },
      ),
    ],
  ],
  lastWords: 'kilograms has all four.',
};
