import { expect, test } from 'vitest';
import { offeredToken, sameSecret } from './request-token.ts';

// What jupyter_server 2.21 takes, observed.
test.each([
  ['', 'token abc', 'abc'],
  ['', 'TOKEN abc', 'abc'],
  ['', 'Bearer   abc ', 'abc'],
  ['', 'token ', null],
  ['', 'Basic abc', null],
  ['', 'abc', null],
  ['', undefined, null],
  ['token=abc', undefined, 'abc'],
  ['token=%20abc', undefined, 'abc'],
  ['token=wrong', 'token abc', 'wrong'],
  ['token=', 'token abc', 'abc'],
  ['token=a&token=b', undefined, 'b'],
  ['1795226178250', 'token abc', 'abc'],
])('of ?%s and "%s" the token is %s', (query, authorization, token) =>
  expect(offeredToken(new URLSearchParams(query), authorization)).toBe(token),
);

test('compares secrets of any length', () => {
  expect(sameSecret('abc', 'abc')).toBe(true);
  expect(sameSecret('abcd', 'abc')).toBe(false);
  expect(sameSecret('', 'abc')).toBe(false);
});
