import { isExactNumber } from './exact-number.ts';
import { sortedKeys } from './code-point-order.ts';
import { pythonFloat } from './python-number.ts';
import { addJsonString, isPlainText } from './json-string.ts';
import { hasRareLineEnd, splitLines } from './split-lines.ts';
import { Utf8Builder } from './utf8-builder.ts';

/** A text that a notebook file holds as a list of its lines. */
export class Lines {
  constructor(readonly text: string) {}
}

/**
 * JSON in the form of Python's `json.dumps(…, indent=1, sort_keys=True, ensure_ascii=False)`, byte for byte, but for
 * lone surrogates: those are escaped, where Python cannot write the file at all.
 */
export function notebookText(value: unknown): Buffer<ArrayBuffer> {
  const target = new Utf8Builder();
  write(value, '\n', target);
  target.add('\n');
  return target.bytes();
}

/** @param margin a line end and the indentation of what holds the value */
function write(value: unknown, margin: string, target: Utf8Builder): void {
  if (typeof value === 'string') addJsonString(value, target);
  else if (typeof value === 'number') target.add(numberText(value));
  else if (typeof value !== 'object' || value === null) target.add(String(value));
  else if (value instanceof Lines) writeLines(value.text, margin, target);
  else if (Array.isArray(value)) writeArray(value, margin, target);
  else if (isExactNumber(value)) target.add(value.rawJSON);
  else writeObject(value as Record<string, unknown>, margin, target);
}

function writeArray(items: readonly unknown[], margin: string, target: Utf8Builder): void {
  if (items.length === 0) {
    target.add('[]');
    return;
  }
  const inner = `${margin} `;
  let separator = `[${inner}`;
  for (const item of items) {
    target.add(separator);
    write(item, inner, target);
    separator = `,${inner}`;
  }
  target.add(`${margin}]`);
}

function writeObject(object: Record<string, unknown>, margin: string, target: Utf8Builder): void {
  const keys = sortedKeys(object);
  if (keys.length === 0) {
    target.add('{}');
    return;
  }
  const inner = `${margin} `;
  let separator = `{${inner}`;
  for (const key of keys) {
    target.add(`${separator}${JSON.stringify(key)}: `);
    write(object[key], inner, target);
    separator = `,${inner}`;
  }
  target.add(`${margin}}`);
}

function writeLines(text: string, margin: string, target: Utf8Builder): void {
  if (text === '') {
    target.add('[]');
    return;
  }
  const between = `,${margin} `;
  if (!isPlainText(text) || hasRareLineEnd(text)) {
    const lines = splitLines(text).map((line) => JSON.stringify(line));
    target.add(`[${margin} `);
    target.add(lines.join(between));
    target.add(`${margin}]`);
    return;
  }
  // The common case in one pass: a line ends at each line end, and nothing else needs an escape.
  const last = text.endsWith('\n') ? text.length - 1 : text.length;
  target.add(`[${margin} "`);
  target.add(text.slice(0, last).replaceAll('\n', `\\n"${between}"`));
  target.add(last === text.length ? `"${margin}]` : `\\n"${margin}]`);
}

/** A number that a double carries, as Python's `json` writes it. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return pythonFloat(value);
}
