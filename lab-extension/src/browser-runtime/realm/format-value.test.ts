import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatArguments } from './format-arguments.ts';
import { formatValue } from './format-value.ts';

class Point {
  x = 1;
}
const own: Record<string, unknown> = { a: 1 };
own['self'] = own;
const hostile = new Proxy(
  {},
  {
    ownKeys() {
      throw new Error('no');
    },
  },
);

test.each<[unknown, string]>([
  [{ a: 1, 'b-c': 'x' }, '{ a: 1, "b-c": \'x\' }'],
  [Object.assign(new Array(3), { 0: 1, 2: 'two' }), "[1, empty, 'two']"],
  [new Point(), 'Point { x: 1 }'],
  [own, '{ a: 1, self: [Circular] }'],
  [hostile, '[not readable]'],
  [new Map([['a', { b: 1 }]]), "Map(1) { 'a' => { b: 1 } }"],
  [new Set([1]), 'Set(1) { 1 }'],
  [new Uint8Array([1, 2]), 'Uint8Array(2) [1, 2]'],
  [Object.create(null), '[Object: null prototype] {}'],
  [Object.defineProperty({}, 'x', { get: () => 1, enumerable: true }), '{ x: (…) }'],
  [[[[[[1]]]]], '[[[[Array(1)]]]]'],
  [() => 1, 'ƒ ()'],
  [Point, 'class Point'],
  [10n, '10n'],
  [-0, '-0'],
  [Symbol('s'), 'Symbol(s)'],
  [null, 'null'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [new Date(NaN), 'Invalid Date'],
  ["it's\n", "'it\\'s\\n'"],
  [{ e: new TypeError('no') }, '{ e: TypeError: no }'],
])('%#', (value, text) => {
  expect(formatValue(value, true)).toBe(text);
});

test('any value has a text, in bounded length', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
    withBoxedValues: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      expect(formatValue(value).length).toBeLessThan(500_000);
      expect(formatValue({ value, again: value })).toContain('value: ');
    }),
    { numRuns: 50 },
  );
  const wide = Array.from({ length: 1_000 }, () => Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)));
  expect(formatValue(wide).length).toBeLessThan(500_000);
});

test('console arguments are texts, whatever they are', () => {
  expect(
    formatArguments(['%s is %d%% of %o%c', 'a', '5.7', { b: 1 }, 'color: red', 'more'], formatValue),
  ).toBe('a is 5% of { b: 1 } more');
  expect(formatArguments(['%s %s', 1], formatValue)).toBe('1 %s');
  expect(formatArguments([{ a: 1 }, '%s', 'x'], formatValue)).toBe('{ a: 1 } %s x');
  fc.assert(
    fc.property(fc.string(), fc.array(fc.anything({ withNullPrototype: true })), (first, values) => {
      expect(typeof formatArguments([first, ...values], formatValue)).toBe('string');
    }),
  );
});
