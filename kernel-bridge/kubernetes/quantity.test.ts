import { expect, test } from 'vitest';
import { quantity } from './quantity.ts';

test.each([
  ['2', 2],
  ['500m', 0.5],
  ['0.5', 0.5],
  ['4Gi', 4 * 2 ** 30],
  ['1.5G', 1.5e9],
  ['1e3', 1000],
  ['1E', 1e18],
  ['12E2', 1200],
])('%s is %d', (text, number) => expect(quantity(text)).toBe(number));

test.each(['', 'two', '4GB', '-1', '1 Gi', '1e', 'Infinity', '0x10', '1,5'])('%j is no quantity', (text) =>
  expect(quantity(text)).toBeNull(),
);
