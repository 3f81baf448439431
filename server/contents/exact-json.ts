import type { ExactNumber } from './exact-number.ts';
import { exactNumber } from './exact-number.ts';
import { pythonFloat } from './python-number.ts';

const whitespace = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const words: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];

/**
 * JSON as Python's `json` reads it: NaN and Infinity are accepted, `1.0` stays a float and big integers keep their
 * digits (as `ExactNumber`). Slower than JSON.parse: for texts that hold such numbers only.
 * @throws SyntaxError where it is not JSON
 */
export function parseExactJson(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return value;
}

class Reader {
  #position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    this.#skipWhitespace();
    const character = this.#text[this.#position];
    if (character === '{') return this.#object();
    if (character === '[') return this.#array();
    return character === '"' ? this.#string() : this.#scalar();
  }

  end(): void {
    this.#skipWhitespace();
    if (this.#position !== this.#text.length) this.#fail();
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#position += 1;
    if (this.#take('}')) return object;
    do {
      this.#skipWhitespace();
      if (this.#text[this.#position] !== '"') this.#fail();
      const key = this.#string();
      if (!this.#take(':')) this.#fail();
      const value = this.value();
      // Assigning to `__proto__` would set the prototype instead of a key.
      if (key === '__proto__')
        Object.defineProperty(object, key, { value, enumerable: true, writable: true });
      else object[key] = value;
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail();
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    this.#position += 1;
    if (this.#take(']')) return array;
    do array.push(this.value());
    while (this.#take(','));
    if (!this.#take(']')) this.#fail();
    return array;
  }

  #string(): string {
    const start = this.#position;
    let end = this.#text.indexOf('"', start + 1);
    while (end > 0 && this.#backslashesBefore(end) % 2 === 1) end = this.#text.indexOf('"', end + 1);
    if (end < 0) this.#fail();
    this.#position = end + 1;
    return JSON.parse(this.#text.slice(start, end + 1)) as string;
  }

  #backslashesBefore(position: number): number {
    let count = 0;
    while (this.#text.charCodeAt(position - 1 - count) === 0x5c) count += 1;
    return count;
  }

  #scalar(): unknown {
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.#position)) continue;
      this.#position += word.length;
      return value;
    }
    numberToken.lastIndex = this.#position;
    const match = numberToken.exec(this.#text);
    if (match === null) this.#fail();
    this.#position = numberToken.lastIndex;
    return numberOf(match[0], match[1] !== undefined || match[2] !== undefined);
  }

  #take(character: string): boolean {
    this.#skipWhitespace();
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  #skipWhitespace(): void {
    whitespace.lastIndex = this.#position;
    whitespace.exec(this.#text);
    this.#position = whitespace.lastIndex;
  }

  #fail(): never {
    throw new SyntaxError(`Not JSON at position ${this.#position}`);
  }
}

function numberOf(literal: string, float: boolean): number | ExactNumber {
  const value = Number(literal);
  if (!float) return Number.isSafeInteger(value) ? value : exactNumber(literal);
  return Number.isInteger(value) ? exactNumber(pythonFloat(value)) : value;
}
