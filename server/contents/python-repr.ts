import { reprText } from '../python-text.ts';
import { isExactNumber } from './exact-number.ts';
import { pythonFloat } from './python-number.ts';

/** Python's `repr` of a JSON value. */
export function reprValue(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : pythonFloat(value);
  if (typeof value === 'string') return reprText(value);
  if (Array.isArray(value)) return `[${value.map(reprValue).join(', ')}]`;
  if (isExactNumber(value)) return value.rawJSON;
  const entries = Object.entries(value).map(([key, item]) => `${reprText(key)}: ${reprValue(item)}`);
  return `{${entries.join(', ')}}`;
}

/** The name of the Python type that a JSON value would have. */
export function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (Array.isArray(value)) return 'list';
  if (isExactNumber(value)) return /^-?\d+$/.test(value.rawJSON) ? 'int' : 'float';
  return 'dict';
}
