import { sortedKeys } from './code-point-order.ts';
import type { NotebookProblem } from './notebook-problem.ts';
import { isJsonObject } from './json-object.ts';
import { numberText } from './notebook-text.ts';
import { reprText } from '../python-text.ts';
import { reprValue } from './python-repr.ts';

/** nbformat shows at most so much of a broken value; the whole follows as JSON. */
const MOST_ENTRIES = 16;
const MOST_CHARACTERS = 64;
const WIDTH = 78;

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
  return `Notebook validation failed: ${lines.join('\n')}:\n${asciiJson(problem.value, '\n')}`;
}

/** Python's `json.dumps(value, indent=1)`: beyond ASCII everything is escaped, and NaN is a word of its own. */
function asciiJson(value: unknown, margin: string): string {
  const inner = `${margin} `;
  const enclosed = (open: string, items: readonly string[], close: string): string =>
    items.length === 0 ? open + close : open + inner + items.join(`,${inner}`) + margin + close;
  if (typeof value === 'string') return asciiString(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) {
    return enclosed(
      '[',
      value.map((item) => asciiJson(item, inner)),
      ']',
    );
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${asciiString(key)}: ${asciiJson(item, inner)}`,
  );
  return enclosed('{', entries, '}');
}

const asciiString = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

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

/**
 * Python's `pprint`: on one line what fits, else one entry a line, keys sorted at every level. (It also breaks long
 * strings; those are shortened before.)
 * @param indent columns before the value @param after columns that must stay free behind it
 */
function layout(value: unknown, indent = 0, after = 0): string {
  const line = reprValue(sorted(value));
  if (line.length <= WIDTH - indent - after) return line;
  const isArray = Array.isArray(value);
  if (!isArray && !isJsonObject(value)) return line;
  const heads = isArray ? value.map(() => '') : sortedKeys(value).map((key) => `${reprText(key)}: `);
  const items: unknown[] = isArray ? value : sortedKeys(value).map((key) => value[key]);
  const entries = items.map((item, index) => {
    const head = heads[index] ?? '';
    return head + layout(item, indent + 1 + head.length, index === items.length - 1 ? after + 1 : 1);
  });
  const [open, close] = isArray ? ['[', ']'] : ['{', '}'];
  return open + entries.join(`,\n${' '.repeat(indent + 1)}`) + close;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(sortedKeys(value).map((key) => [key, sorted(value[key])]));
}
