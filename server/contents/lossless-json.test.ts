import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactJson } from './exact-json.ts';
import { isExactNumber } from './exact-number.ts';
import { endOfString, parseLosslessJson } from './lossless-json.ts';
import { notebookText } from './notebook-text.ts';

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
/** Number literals of every kind that JSON knows, many of them beyond a double. */
const literal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(digits, fc.constantFrom('0', '1', '9007199254740991', '9007199254740993', '4503599627370497')),
    fc.option(fc.oneof(digits, fc.constantFrom('0', '00', '5', '99999999999999999'))),
    fc.option(
      fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: 420 })),
    ),
  )
  .map(([sign, whole, fraction, exponent]) => {
    const integer = whole.replace(/^0+(?=\d)/, '');
    return sign + integer + (fraction === null ? '' : `.${fraction}`) + (exponent?.join('') ?? '');
  });
const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 2 });
/** JSON texts of any layout, with literals that need care, and strings that look like such. */
const { document } = fc.letrec<{ document: string; key: string }>((tie) => ({
  key: fc
    // Without backslashes, which V8 13.6 may take for another key that was seen in its place.
    .oneof(
      fc.string().map((key) => key.replaceAll('\\', '/')),
      literal,
      fc.constantFrom('__proto__', 'toString', '": 1.0,'),
    )
    .map((key) => JSON.stringify(key)),
  document: fc.oneof(
    { maxDepth: 3 },
    literal,
    fc.constantFrom('true', 'false', 'null'),
    tie('key'),
    fc
      .tuple(space, fc.array(tie('document'), { maxLength: 4 }), space)
      .map(([before, items, after]) => `[${before}${items.join(`${before},${after}`)}${after}]`),
    fc
      .tuple(space, fc.array(fc.tuple(tie('key'), tie('document')), { maxLength: 4 }), space)
      .map(
        ([before, entries, after]) =>
          `{${before}${entries.map(([key, item]) => `${key}${after}:${before}${item}`).join(',')}${after}}`,
      ),
  ),
}));

test('the quick way reads every document as the exact one does', () => {
  fc.assert(
    fc.property(document, (text) => {
      expect(notebookText(parseLosslessJson(text)).toString()).toBe(
        notebookText(parseExactJson(text)).toString(),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('every literal keeps its value and its kind', () => {
  fc.assert(
    fc.property(literal, (text) => {
      const [value] = parseLosslessJson(`[${text}]`) as unknown[];
      const isInteger = /^-?\d+$/.test(text);
      const written = notebookText(value).toString().trimEnd();
      if (isInteger) expect(BigInt(written)).toBe(BigInt(text));
      else if (Number.isFinite(Number(text))) {
        expect(written).toMatch(/[.e]/);
        expect(Object.is(Number(written), Number(text))).toBe(true);
      } else expect(written).toBe(text.startsWith('-') ? '-Infinity' : 'Infinity');
    }),
    { numRuns: 2_000 },
  );
});

test('documents without such numbers are what JSON.parse makes of them', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = parseLosslessJson(text);
      expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test.each([
  ['1e16', '1e+16'],
  ['1.0', '1.0'],
  ['-0.0', '-0.0'],
  ['-0', '0'],
  ['1e400', 'Infinity'],
  ['NaN', 'NaN'],
  ['-Infinity', '-Infinity'],
  ['18446744073709551617', '18446744073709551617'],
  ['0.1', '0.1'],
  ['1e-5', '1e-05'],
  ['123456789.0', '123456789.0'],
])(
  '%s, alone, in a list and in an object, is written as %s, which is what Python writes',
  (text, expected) => {
    expect(notebookText(parseLosslessJson(text)).toString()).toBe(`${expected}\n`);
    expect(notebookText(parseLosslessJson(`[${text}]`)).toString()).toBe(`[\n ${expected}\n]\n`);
    expect(notebookText(parseLosslessJson(`{"a":${text}}`)).toString()).toBe(`{\n "a": ${expected}\n}\n`);
  },
);

test('texts that only look like numbers stay on the quick way', () => {
  const value = parseLosslessJson('{"a": "x, 1.0, 12345678901234567890", "b": 0.1}') as Record<
    string,
    unknown
  >;
  expect(value).toEqual({ a: 'x, 1.0, 12345678901234567890', b: 0.1 });
  expect(Object.values(value).some(isExactNumber)).toBe(false);
});

test.each([
  '',
  '[',
  '[1,]',
  '{"a" 1}',
  '{a:1}',
  '01',
  '1.',
  '.5',
  '+1',
  '"\n"',
  '[1.0',
  '[1.0] x',
  '{"a":1.0,}',
  'nul',
  '[NaN',
])('what is not JSON (%j) is refused', (text) => {
  expect(() => parseLosslessJson(text)).toThrow(SyntaxError);
});

test('a repeated key has its last value, also one called __proto__', () => {
  expect(parseLosslessJson('{"a": 1.0, "b": 2, "a": 3}')).toEqual({ a: 3, b: 2 });
  const value = parseLosslessJson('{"__proto__": 1.0, "__proto__": {"x": 2.0}}') as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test('the end of a string is its first quote that no backslash escapes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', '\\', 'a', '\n') }), fc.string(), (text, rest) => {
      const json = JSON.stringify(text);
      expect(endOfString(`${json}${rest}`, 0)).toBe(json.length);
    }),
  );
  expect(endOfString('"never ends\\"', 0)).toBe(13);
});
