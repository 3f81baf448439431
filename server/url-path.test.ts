import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePath, encodePath, withoutOuterSlashes } from './url-path.ts';

describe('decodePath', () => {
  test.each([
    ['a%20b', 'a b'],
    ['a+b', 'a+b'],
    ['%C3%BC', 'ü'],
    ['ü%C3%BC', 'üü'],
    ['%', '%'],
    ['%zz%4', '%zz%4'],
    ['%2520', '%20'],
    ['%2F%2e', '/.'],
  ])('%s is %s, decoded once', (encoded, decoded) => expect(decodePath(encoded)).toBe(decoded));

  test.each(['%ff', '%c0%af', '%E0%A4', '%ed%a0%80'])('%s is no UTF-8', (encoded) =>
    expect(() => decodePath(encoded)).toThrow(
      expect.objectContaining({ status: 400, message: `Invalid unicode in path: ${encoded}` }),
    ),
  );

  test('gives back whatever was encoded', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (path) => decodePath(encodePath(path)) === path));
  });

  test('what is encoded holds nothing that ends a header or an address', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (path) => /^[\w/.~%-]*$/.test(encodePath(path))));
  });
});

describe('withoutOuterSlashes', () => {
  test('takes slashes from the ends alone', () => {
    const pieces = fc.array(fc.constantFrom('/', 'a', '//', '.', '\n'));
    fc.assert(
      fc.property(pieces, (parts) => {
        const path = parts.join('');
        expect(withoutOuterSlashes(path)).toBe(path.replace(/^\/+/, '').replace(/\/+$/, ''));
      }),
    );
  });

  test('is not held up by a long run of slashes in the middle', () => {
    const path = `a${'/'.repeat(5_000_000)}b`;
    expect(withoutOuterSlashes(`/${path}/`)).toBe(path);
  });
});
