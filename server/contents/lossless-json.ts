import { parseExactJson } from './exact-json.ts';

/**
 * Literals whose digits or kind a double might lose: an integral float, an exponent, 16 digits and more. What follows
 * them keeps most text that only looks alike from being suspected.
 */
const suspect =
  /[\s:,[]-?(?:\d+\.0+(?!\d)|\d+(?:\.\d+)?[eE]|\d{16}|(?=[\d.]{17})\d+\.\d)[\d.eE+-]*(?=\s*(?:[,\]}]|$))/g;

/**
 * JSON.parse that loses no number: what a double cannot carry comes as `ExactNumber`, and Python's NaN and Infinity
 * as themselves.
 * @throws SyntaxError where it is not JSON
 */
export function parseLosslessJson(text: string): unknown {
  // A number that stands alone has nothing before it, which the search for suspects relies on.
  if (/^\s*[-\d]/.test(text) || holdsExactNumber(text)) return parseExactJson(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Python also writes NaN and Infinity, which JSON.parse refuses.
    if (/\b(?:NaN|Infinity)\b/.test(text)) return parseExactJson(text);
    throw error;
  }
}

function holdsExactNumber(text: string): boolean {
  return hasExactLiteral(text) && outsideStrings(text).some(hasExactLiteral);
}

function hasExactLiteral(text: string): boolean {
  for (const [match] of text.matchAll(suspect)) {
    const literal = match.slice(1);
    const value = Number(literal);
    const isInteger = /^-?\d+$/.test(literal);
    if (isInteger ? !Number.isSafeInteger(value) : !(Math.abs(value % 1) > 0)) return true;
  }
  return false;
}

/** The pieces of JSON between its strings that are long enough to hold a suspect. */
function outsideStrings(text: string): string[] {
  const pieces: string[] = [];
  let position = 0;
  while (position < text.length) {
    const quote = text.indexOf('"', position);
    const end = quote < 0 ? text.length : quote;
    if (end - position > 3) pieces.push(text.slice(position, end));
    if (quote < 0) break;
    position = endOfString(text, quote);
  }
  return pieces;
}

/** After the closing quote of the string that begins at `start`; the text's length where there is none. */
export function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote > 0) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}
