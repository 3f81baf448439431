import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withLineEndsOf, withPlainLineEnds } from './line-ends.ts';

test('[T1] a text whose lines did not change has the line ends of its file', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r\n', '\n', '\r', ' '), maxLength: 40 });
  fc.assert(fc.property(text, (file) => withLineEndsOf(file, withPlainLineEnds(file)) === file));
});

test('[T1] new lines end as most do, and old ones as they did', () => {
  expect(withLineEndsOf('one\r\ntwo\r\nthree\n', 'one\nnew\ntwo\nthree\nlast')).toBe(
    'one\r\nnew\r\ntwo\r\nthree\nlast',
  );
  expect(withLineEndsOf('one\ntwo', 'one\ntwo\n')).toBe('one\ntwo\n');
});
