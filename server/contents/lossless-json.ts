import { parseExactJson } from './exact-json.ts';

/**
 * Literals whose digits or kind a double might lose: an integral float, an exponent, or 16 digits and more. Strings
 * that look alike cost only the slower parser.
 */
const suspect = /(?<=^|[\s:,[])-?(?:\d+\.0+(?!\d)|\d+(?:\.\d+)?[eE]|\d{16}|(?=[\d.]{17})\d+\.\d)[\d.eE+-]*/g;

/**
 * JSON.parse that loses no number: what a double cannot carry comes as `ExactNumber`, and Python's NaN and Infinity
 * as themselves.
 * @throws SyntaxError where it is not JSON
 */
export function parseLosslessJson(text: string): unknown {
  if (holdsExactNumber(text)) return parseExactJson(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Python also writes NaN and Infinity, which JSON.parse refuses.
    if (/\b(?:NaN|Infinity)\b/.test(text)) return parseExactJson(text);
    throw error;
  }
}

function holdsExactNumber(text: string): boolean {
  for (const [literal] of text.matchAll(suspect)) {
    const value = Number(literal);
    const plainInteger = /^-?\d+$/.test(literal);
    if (plainInteger ? !Number.isSafeInteger(value) : !(Math.abs(value % 1) > 0)) return true;
  }
  return false;
}
