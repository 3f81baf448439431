import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lines, notebookText } from './notebook-text.ts';
import { splitLines } from './split-lines.ts';

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', '\n', '\r', '\u2028', '"', '\\', '\t', 'é', '\x85', '\x1c'),
    maxLength: 300,
  }),
  fc.string({ unit: fc.constantFrom('a', 'bc', '\n'), maxLength: 400 }),
);

test('is laid out as Python lays it out: one space a level, sorted keys, a final line end', () => {
  const value = { b: [1, [], {}, { z: null, a: true }], a: 'é\u2028"' };
  expect(notebookText(value).toString()).toBe(
    '{\n "a": "é\u2028\\"",\n "b": [\n  1,\n  [],\n  {},\n  {\n   "a": true,\n   "z": null\n  }\n ]\n}\n',
  );
});

test('keys are sorted by code points, which UTF-16 does not', () => {
  const keys = ['\u{1F600}', '\uFFFD', 'z', 'Z', '10', '9', ''];
  const written = notebookText(Object.fromEntries(keys.map((key) => [key, 0]))).toString();
  expect([...written.matchAll(/"(.*)":/g)].map(([, key]) => key)).toEqual([
    '',
    '10',
    '9',
    'Z',
    'z',
    '\uFFFD',
    '\u{1F600}',
  ]);
});

test('lines, however they end, are written as a list of them would be', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const expected = notebookText({ source: splitLines(text) }).toString();
      expect(notebookText({ source: new Lines(text) }).toString()).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('what is written reads back as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(notebookText(value).toString())).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a lone surrogate is escaped, where Python could not write the file', () => {
  expect(notebookText(['\ud800', new Lines('a\n\udfff')]).toString()).toBe(
    '[\n "\\ud800",\n [\n  "a\\n",\n  "\\udfff"\n ]\n]\n',
  );
});
