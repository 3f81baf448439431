import { isExactNumber } from './exact-number.ts';
import { sortedKeys } from './code-point-order.ts';
import { pythonFloat } from './python-number.ts';
import { isPlainText, jsonString } from './json-string.ts';
import { hasRareLineEnd, splitLines } from './split-lines.ts';

/** A text that a notebook file holds as a list of its lines. */
export class Lines {
  constructor(readonly text: string) {}
}

/**
 * JSON in the form of Python's `json.dumps(…, indent=1, sort_keys=True, ensure_ascii=False)`, byte for byte, but for
 * lone surrogates: those are escaped, where Python cannot write the file at all.
 */
export function notebookText(value: unknown): string {
  const parts: string[] = [];
  write(value, '\n', parts);
  parts.push('\n');
  return parts.join('');
}

/** @param margin a line end and the indentation of what holds the value */
function write(value: unknown, margin: string, parts: string[]): void {
  if (typeof value === 'string') parts.push(jsonString(value));
  else if (typeof value === 'number') parts.push(numberText(value));
  else if (typeof value !== 'object' || value === null) parts.push(String(value));
  else if (value instanceof Lines) parts.push(linesText(value.text, margin));
  else if (Array.isArray(value)) writeArray(value, margin, parts);
  else if (isExactNumber(value)) parts.push(value.rawJSON);
  else writeObject(value as Record<string, unknown>, margin, parts);
}

function writeArray(items: readonly unknown[], margin: string, parts: string[]): void {
  if (items.length === 0) {
    parts.push('[]');
    return;
  }
  const inner = `${margin} `;
  let separator = `[${inner}`;
  for (const item of items) {
    parts.push(separator);
    write(item, inner, parts);
    separator = `,${inner}`;
  }
  parts.push(`${margin}]`);
}

function writeObject(object: Record<string, unknown>, margin: string, parts: string[]): void {
  const keys = sortedKeys(object);
  if (keys.length === 0) {
    parts.push('{}');
    return;
  }
  const inner = `${margin} `;
  let separator = `{${inner}`;
  for (const key of keys) {
    parts.push(separator, JSON.stringify(key), ': ');
    write(object[key], inner, parts);
    separator = `,${inner}`;
  }
  parts.push(`${margin}}`);
}

function linesText(text: string, margin: string): string {
  if (text === '') return '[]';
  const between = `,${margin} `;
  if (!isPlainText(text) || hasRareLineEnd(text)) {
    const lines = splitLines(text).map((line) => JSON.stringify(line));
    return `[${margin} ${lines.join(between)}${margin}]`;
  }
  // The common case in one pass: a line ends at each line end, and nothing else needs an escape.
  const last = text.endsWith('\n') ? text.length - 1 : text.length;
  const lines = text.slice(0, last).replaceAll('\n', `\\n"${between}"`);
  return `[${margin} "${lines}${last === text.length ? '' : '\\n'}"${margin}]`;
}

function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return pythonFloat(value);
}
