import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeRedirect } from './safe-redirect.ts';

describe('where a login leads', () => {
  test.each([
    ['/lab/tree/a%20b?x=1#y', '/lab/tree/a%20b?x=1#y'],
    ['/tree?a=b', '/tree?a=b'],
    ['/\\evil.example', '/%5Cevil.example'],
    ['/lab/../tree', '/tree'],
    ...['', 'tree', 'lab', '//evil.example', '////evil.example', '/\t/evil.example', '/.//evil.example'].map(
      (wished) => [wished, '/'],
    ),
    ...['https://evil.example/', 'javascript:alert(1)', '\\\\evil.example', 'http:evil.example'].map(
      (wished) => [wished, '/'],
    ),
  ])('%j leads to %s', (wished, target) => expect(safeRedirect(wished, '/')).toBe(target));

  test('stays inside the base URL', () => {
    expect(safeRedirect('/a/b/lab', '/a/b/')).toBe('/a/b/lab');
    expect(safeRedirect('/a/b', '/a/b/')).toBe('/a/b');
    for (const wished of ['/lab', '/a/bad', '/a/b/../c', null])
      expect(safeRedirect(wished, '/a/b/')).toBe('/a/b/');
  });

  test('never leads to another site, whatever is wished', () => {
    const parts = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      ':',
      '@',
      '%',
      '?',
      '#',
      '\t',
      '\n',
      ' ',
      'evil.example',
      'http',
      'lab',
      '%2F',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (pieces) => {
        const target = safeRedirect(`/${pieces.join('')}`, '/base/');
        const landed = new URL(target, 'http://own.example/base/login');
        expect(landed.host).toBe('own.example');
        expect(`${landed.pathname}/`.startsWith('/base/')).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
