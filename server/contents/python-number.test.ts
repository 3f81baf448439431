import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonFloat } from './python-number.ts';

test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [1e15, '1000000000000000.0'],
  [1e16, '1e+16'],
  [1.5e300, '1.5e+300'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-1.25e-7, '-1.25e-07'],
  [5e-324, '5e-324'],
  [NaN, 'nan'],
  [-Infinity, '-inf'],
])('%d is %s', (value, expected) => {
  expect(pythonFloat(value)).toBe(expected);
});

test('every double reads back as itself, and never looks like an integer', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = pythonFloat(value);
      expect(Object.is(Number(text), value)).toBe(true);
      expect(text).toMatch(/[.e]/);
    }),
    { numRuns: 2_000 },
  );
});
