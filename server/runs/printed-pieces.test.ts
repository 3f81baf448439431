import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedPieces } from './printed-pieces.ts';

const joined = (content: string): { names: Set<string>; text: string; most: number } => {
  const pieces = [...printedPieces(Buffer.from(content))];
  return {
    names: new Set(pieces.map(({ name }) => name)),
    text: pieces.map(({ text }) => text).join(''),
    most: Math.max(...pieces.map(({ text }) => text.length)),
  };
};
/** As Python writes it. */
const written = (text: string): string => `{"name": "stdout", "text": ${JSON.stringify(text)}}`;

describe('a large message of a kernel', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '\\',
      '\\n',
      '\n',
      '"',
      '😀',
      '\ud83d',
      '\u0001',
      'ä',
      'x'.repeat(1000),
      '\\"}',
      '{"name":"a"}',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );

  it('[T3] is parsed piece by piece to the same text', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), fc.nat(50), (parts, shift) => {
        const block = parts.join('') || 'x';
        const text = 'y'.repeat(shift) + block.repeat(Math.ceil(1_000_000 / block.length));
        const { names, text: all, most } = joined(written(text));
        expect(all === text).toBe(true);
        expect([...names]).toEqual(['stdout']);
        expect(most).toBeLessThanOrEqual(256 * 1024);
      }),
      { numRuns: 40 },
    );
  });

  it('is parsed as a whole where it is written in another way', () => {
    const text = 'line\n'.repeat(300_000);
    for (const content of [
      { text, name: 'stdout' },
      { name: 'stdout', text, more: 'x' },
      { name: 'stdout', text, more: ['"}'] },
    ])
      expect(joined(JSON.stringify(content))).toMatchObject({ text, most: text.length });
  });

  it.each(['', '{', '{"name": "stdout"}', '{"name": 1, "text": "x"}'])('[M2] passes over %j', (content) => {
    expect([...printedPieces(Buffer.from(content))]).toEqual([]);
    expect([...printedPieces(undefined)]).toEqual([]);
  });
});
