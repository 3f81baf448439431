import { expect, test } from 'vitest';
import { guessMimeType, splitExtension } from './mime-type.ts';

// The whole table is compared with Python's in test/conformance.
test.each([
  ['a.js', 'application/javascript', null],
  ['A.CSS', 'text/css', null],
  ['a.tar.gz', 'application/x-tar', 'gzip'],
  ['a.tgz', 'application/x-tar', 'gzip'],
  ['a.svgz', 'image/svg+xml', 'gzip'],
  ['a.Z', null, 'compress'],
  ['a.py', 'text/x-python', null],
  ['.json', null, null],
  ['a.unheard-of', null, null],
  ['a', null, null],
])('%s is %s, packed by %s', (name, mimeType, encoding) => {
  expect(guessMimeType(name)).toEqual({ mimeType, encoding });
});

test.each([
  ['a.b.c', ['a.b', '.c']],
  ['.hidden', ['.hidden', '']],
  ['...x', ['...x', '']],
  ['.a.b', ['.a', '.b']],
  ['a.', ['a', '.']],
  ['', ['', '']],
])('%j is split as Python splits it', (name, expected) => {
  expect(splitExtension(name)).toEqual(expected);
});
