import type { NotebookProblem } from './notebook-problem.ts';
import { isJsonObject } from './json-object.ts';
import { reprText, reprValue } from './python-repr.ts';

/** nbformat shows at most so much of a broken value; the whole follows as JSON. */
const MOST_ENTRIES = 16;
const MOST_CHARACTERS = 64;

/** The `message` of a contents model whose notebook breaks the format, laid out as jupyter_server lays it out. */
export function validationMessage(problem: NotebookProblem): string {
  const within = problem.within.map((key) => `[${reprText(key)}]`).join('');
  const path = problem.path.map((key) => `[${typeof key === 'number' ? key : reprText(key)}]`).join('');
  const lines = [
    problem.what,
    '',
    `Failed validating ${reprText(problem.keyword)} in ${problem.part}${within}:`,
    '',
    `On instance${path}:`,
    layout(shortened(problem.value)),
  ];
  return `Notebook validation failed: ${lines.join('\n')}:\n${JSON.stringify(problem.value, null, 1)}`;
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}...` : value;
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ENTRIES).map(shortened);
    return value.length > MOST_ENTRIES ? [...items, `...${value.length} items truncated...`] : items;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  const kept = Object.fromEntries(
    entries.slice(0, MOST_ENTRIES).map(([key, item]) => {
      const counted = (key === 'cells' || key === 'outputs') && Array.isArray(item);
      return [key, counted ? [`...${item.length} ${key}...`] : shortened(item)];
    }),
  );
  return entries.length > MOST_ENTRIES ? { ...kept, '...': `${entries.length} keys truncated` } : kept;
}

/** Python's `pprint` for what fits a line or is an object of such: keys sorted, one a line where it is too long. */
function layout(value: unknown): string {
  if (!isJsonObject(value)) return reprValue(value);
  const sorted = Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
  const line = reprValue(sorted);
  if (line.length <= 78) return line;
  const entries = Object.entries(sorted).map(([key, item]) => `${reprText(key)}: ${reprValue(item)}`);
  return `{${entries.join(',\n ')}}`;
}
