import { MalformedFrameError } from './malformed-frame-error.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * The members of a JSON object, each value as the bytes that it came in: parsing and writing it again would change big
 * integers and refuse the NaN that Python writes (contract §10.7). Values are delimited, not validated: whoever they
 * are for does that.
 * @throws MalformedFrameError if it is no object, or its values have no end
 */
export function jsonMembers(json: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  let at = skipSpace(json, 0);
  if (json[at] !== OPEN_BRACE) throw new MalformedFrameError('the message is not a JSON object');
  at = skipSpace(json, at + 1);
  while (json[at] !== CLOSE_BRACE) {
    if (members.size > 0) at = skipSpace(json, expect(json, at, COMMA));
    const keyEnd = skipString(json, at);
    const key = parseKey(json, at, keyEnd);
    const start = skipSpace(json, expect(json, skipSpace(json, keyEnd), COLON));
    const end = skipValue(json, start);
    members.set(key, json.subarray(start, end));
    at = skipSpace(json, end);
  }
  if (skipSpace(json, at + 1) !== json.length)
    throw new MalformedFrameError('something follows the JSON object');
  return members;
}

function skipSpace(json: Buffer, from: number): number {
  let at = from;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++;
  return at;
}

function expect(json: Buffer, at: number, byte: number): number {
  if (json[at] !== byte) throw new MalformedFrameError(`the JSON lacks a ${String.fromCharCode(byte)}`);
  return at + 1;
}

function parseKey(json: Buffer, start: number, end: number): string {
  try {
    return String(JSON.parse(json.toString('utf8', start, end)));
  } catch (error) {
    throw new MalformedFrameError('a key is not JSON', { cause: error });
  }
}

/** Behind a string's closing quote: the first that no odd number of backslashes escapes. */
function skipString(json: Buffer, start: number): number {
  expect(json, start, QUOTE);
  let quote = json.indexOf(QUOTE, start + 1);
  while (quote >= 0) {
    let before = quote;
    while (json[before - 1] === BACKSLASH) before--;
    if ((quote - before) % 2 === 0) return quote + 1;
    quote = json.indexOf(QUOTE, quote + 1);
  }
  throw new MalformedFrameError('a string has no end');
}

function skipValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === QUOTE) return skipString(json, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipNested(json, start);
  let at = start;
  while (at < json.length && !endsLiteral(json[at])) at++;
  if (at === start) throw new MalformedFrameError('a value is missing');
  return at;
}

function endsLiteral(byte: number | undefined): boolean {
  return (
    byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === undefined || byte <= 0x20
  );
}

function skipNested(json: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = skipString(json, at);
      continue;
    }
    at++;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at;
  }
  throw new MalformedFrameError('an object or list has no end');
}
