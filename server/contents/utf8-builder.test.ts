import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Utf8Builder } from './utf8-builder.ts';

function built(pieces: readonly string[]): Buffer {
  const builder = new Utf8Builder();
  for (const piece of pieces) builder.add(piece);
  return builder.bytes();
}

const piece = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom('x', 'é', '日', '😀'), fc.integer({ min: 1, max: 40_000 }))
    .map(([of, times]) => of.repeat(times)),
);

test('pieces of any length and script become the bytes of the whole', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(built(pieces).equals(Buffer.from(pieces.join('')))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('a text of three bytes a character outgrows the first guess, and nothing of it is lost', () => {
  const pieces = Array.from({ length: 30 }, (_, index) => `${index}${'日本'.repeat(3_000 + index)}`);
  expect(built(pieces).toString()).toBe(pieces.join(''));
});

test('nothing at all is an empty buffer, and what was built does not change by adding more', () => {
  const builder = new Utf8Builder();
  expect(builder.bytes()).toHaveLength(0);
  builder.add('a');
  const before = builder.bytes();
  builder.add('b'.repeat(5_000));
  expect(before.toString()).toBe('a');
  expect(builder.bytes().toString()).toBe(`a${'b'.repeat(5_000)}`);
});
