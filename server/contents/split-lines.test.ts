import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasRareLineEnd, splitLines } from './split-lines.ts';

const lineEnds = ['\n', '\r', '\r\n', '\v', '\f', '\x1c', '\x1d', '\x1e', '\x85', '\u2028', '\u2029'];
const unit = fc.constantFrom('a', '\x1f', ...lineEnds);

test('the lines of a text, joined, are the text; none but the last lacks its end', () => {
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const lines = splitLines(text);
      expect(lines.join('')).toBe(text);
      const ends = lines.slice(0, -1).map((line) => lineEnds.some((end) => line.endsWith(end)));
      expect(ends).not.toContain(false);
      for (const line of lines) expect(line).not.toBe('');
    }),
  );
});

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a\n']],
  ['a\r\nb', ['a\r\n', 'b']],
  ['\n\r', ['\n', '\r']],
  ['a\x1fb', ['a\x1fb']],
])('%j is split as in Python', (text, lines) => {
  expect(splitLines(text)).toEqual(lines);
});

test('rare is every line end but \\n', () => {
  expect(hasRareLineEnd('a\nb\n')).toBe(false);
  expect(hasRareLineEnd('a\rb')).toBe(true);
});
