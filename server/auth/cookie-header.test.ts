import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cookieValues, setCookie } from './cookie-header.ts';

describe('cookieValues', () => {
  test.each([
    ['a=1', ['1']],
    ['b=2; a=1; c=3', ['1']],
    ['a=1; a=2', ['1', '2']],
    ['a="quoted"', ['quoted']],
    ['a="', ['"']],
    ['a=x=y', ['x=y']],
    ['aa=1; ba=2; a =3', ['3']],
    ['a', []],
    ['', []],
    [undefined, []],
  ])('finds "a" in %j', (header, values) => expect(cookieValues(header, 'a')).toEqual(values));

  test('reads any header without failing', () => {
    const piece = fc.constantFrom('a', '=', ';', ' ', '"', 'x', '_');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const value of cookieValues(pieces.join(''), 'a')) expect(value).not.toContain(';');
      }),
    );
  });
});

test('setCookie writes what Jupyter writes', () => {
  const expires = new Date(0);
  expect(
    setCookie('a', 'v', { path: '/base/', expires, httpOnly: true, sameSite: 'Lax', secure: true }),
  ).toBe('a=v; expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax; Secure; Path=/base/');
  expect(setCookie('a', 'v', { path: '/', expires })).toBe(
    'a=v; expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/',
  );
});
