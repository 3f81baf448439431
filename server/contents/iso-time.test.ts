import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from './iso-time.ts';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_600_000_000_123.456, '2020-09-13T12:26:40.123456Z'],
  [1_600_000_000_000.5, '2020-09-13T12:26:40.000500Z'],
  [-0.001, '1969-12-31T23:59:59.999999Z'],
  [NaN, '1970-01-01T00:00:00Z'],
  [1e20, '1970-01-01T00:00:00Z'],
])('%d ms is %s', (milliseconds, expected) => {
  expect(isoTime(milliseconds)).toBe(expected);
});

test('reads back as the same millisecond, and later times are later texts', () => {
  const time = fc.integer({ min: 0, max: 4e12 });
  fc.assert(
    fc.property(time, time, (left, right) => {
      expect(Date.parse(isoTime(left))).toBe(left);
      expect(Math.sign(Date.parse(isoTime(left)) - Date.parse(isoTime(right)))).toBe(Math.sign(left - right));
    }),
  );
});
