import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentDecoded, WORKSPACE_EXTENSION, workspaceSlug } from './workspace-slug.ts';

// Observed with jupyterlab_server: a workspace that one server keeps, the other one must find.
test.each([
  ['default', 'default-37a8'],
  ['/default', 'default-37a8'],
  ['', '-e3b0'],
  ['a b', 'a-b-c868'],
  ['A/B', 'ab-998d'],
  ['a%2Fb', 'ab-7717'],
  ['ünï ☃', 'n-ad41'],
  ['ﬁx №5', 'fix-No5-5a37'],
  ['..', '-5ec1'],
  ['../../etc/passwd', 'etcpasswd-3754'],
  ['a--b  c', 'a-b-c-add5'],
  ['100%', '100-32e4'],
  ['%E2%98%83x', 'x-53b0'],
  ['Straße', 'strae-58a3'],
  ['a_b-c', 'a_b-c-9a83'],
  ['  lead', 'lead-5bef'],
  ['tail/', 'tail-edc7'],
  ['x'.repeat(200), `${'x'.repeat(102)}-aa20`],
])('%j is kept as %s', (name, slug) => {
  expect(workspaceSlug(name)).toBe(slug);
});

test('whatever its name is, a workspace stays a file in its folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(workspaceSlug(name) + WORKSPACE_EXTENSION).toMatch(/^[\w-]*-[0-9a-f]{4}\.jupyterlab-workspace$/);
    }),
  );
});

test('what is percent-encoded is decoded, and nothing else', () => {
  expect(percentDecoded('a%20b%2fc%zz%')).toBe('a b/c%zz%');
  expect(percentDecoded('%E2%98%83')).toBe('☃');
});
