import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonText, mergeText } from './merge-text.ts';
import { hunksBetween, linesApart, withHunks } from './text-hunks.ts';

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁', 'é'), maxLength: 40 }),
);

/** Texts that nobody would mistake for each other: each token stands for itself wherever it is. */
const tokens = (side: string): fc.Arbitrary<readonly { at: number; token: string }[]> =>
  fc
    .array(fc.nat(12), { maxLength: 5 })
    .map((places) => places.map((at, index) => ({ at, token: `<${side}${index}>` })));

const withTokens = (words: readonly string[], inserted: readonly { at: number; token: string }[]): string =>
  [...words, '']
    .map(
      (word, place) =>
        inserted
          .filter(({ at }) => at === place)
          .map(({ token }) => token)
          .join('') + word,
    )
    .join('');

describe('hunks', () => {
  test('put into the one text give the other, in order and without cutting a surrogate pair', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = hunksBetween(before, after);
        expect(withHunks(before, hunks)).toBe(after);
        let position = -1;
        for (const { start, end, text: inserted } of hunks) {
          expect(start).toBeGreaterThan(position);
          expect(inserted.isWellFormed()).toBe(true);
          expect(before.slice(0, start).isWellFormed() && before.slice(start, end).isWellFormed()).toBe(true);
          position = end;
        }
      }),
    );
  });

  test('of long texts are found by lines', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} of many\n`);
    const changed = lines.toSpliced(7000, 1).toSpliced(12_000, 0, 'a new line\n');
    const [first, second, ...others] = hunksBetween(lines.join(''), changed.join(''));
    expect([first?.text, second?.text.trim(), others]).toEqual(['', 'a new line', []]);
  });

  test('count a line whole where it is told how far two texts are apart, however alike lines are', () => {
    const [base, theirs] = ['a = 1\n', 'a = 1\nb = load("one")\n'];
    expect(linesApart(base, theirs)).toBe(16);
    expect(linesApart('a = 1\nb = load("two")\n', theirs)).toBe(32);
  });

  test('of long texts that have nothing in common are one', () => {
    expect(hunksBetween('a'.repeat(50_000), 'b'.repeat(50_000))).toHaveLength(1);
  });
});

describe('two texts that come from one', () => {
  test('are the other side, where one has changed nothing', () => {
    fc.assert(
      fc.property(text, text, (base, changed) => {
        expect(mergeText(base, base, changed)).toEqual({ text: changed, conflicts: false });
        expect(mergeText(base, changed, base)).toEqual({ text: changed, conflicts: false });
        expect(mergeText(base, changed, changed)).toEqual({ text: changed, conflicts: false });
      }),
    );
  });

  test('lose and double nothing that either side inserted', () => {
    const words = Array.from({ length: 12 }, (_, index) => `word${index} `);
    fc.assert(
      fc.property(
        tokens('o'),
        tokens('t'),
        fc.subarray(words),
        fc.subarray(words),
        (ours, theirs, kept, left) => {
          const side = (inserted: typeof ours, stay: readonly string[]): string =>
            withTokens(
              words.map((word) => (stay.includes(word) ? word : '')),
              inserted,
            );
          const merged = mergeText(words.join(''), side(ours, kept), side(theirs, left)).text;
          for (const { token } of [...ours, ...theirs]) expect(merged.split(token)).toHaveLength(2);
        },
      ),
    );
  });

  test('keep the deletions of both', () => {
    expect(mergeText('one two three', 'two three', 'one two')).toEqual({ text: 'two', conflicts: false });
  });

  test('have the changes of both, in different places', () => {
    const merged = mergeText('a = 1\nb = 2\nc = 3\n', 'a = 10\nb = 2\nc = 3\n', 'a = 1\nb = 2\nc = 30\n');
    expect(merged).toEqual({ text: 'a = 10\nb = 2\nc = 30\n', conflicts: false });
  });

  test('have what both put into one place, ours first, and say so', () => {
    expect(mergeText('x\n', 'x\nours\n', 'x\ntheirs\n')).toEqual({
      text: 'x\nours\ntheirs\n',
      conflicts: true,
    });
    expect(mergeText('x = 1', 'x = 2', 'x = 3')).toEqual({ text: 'x = 23', conflicts: true });
  });

  test('have once what both put into one place', () => {
    expect(mergeText('', 'hello wor', 'hello world')).toEqual({ text: 'hello world', conflicts: false });
    expect(mergeText('', 'hello world', 'hello wor')).toEqual({ text: 'hello world', conflicts: false });
  });

  test('keep new lines whole, whatever letters they share', () => {
    const base = '<o1>\n<t1>\n';
    expect(mergeText(base, `${base}<o23>\n`, `<t3>\n${base}`).text).toBe(`<t3>\n${base}<o23>\n`);
    expect(mergeText('', '<o3>\n', '<t3>\n').text).toBe('<o3>\n<t3>\n');
    expect(mergeText('<a>\n', '<a>\n<o23>\n', '<t3>\n<a>\n<b3>\n').text).toBe('<t3>\n<a>\n<o23>\n<b3>\n');
  });

  test('keep what ours typed into what theirs deleted, and say so', () => {
    expect(mergeText('keep (this part) here', 'keep (this NEW part) here', 'keep  here')).toEqual({
      text: 'keep NEW  here',
      conflicts: true,
    });
  });

  test('of an unknown origin are taken to come from what they have in common', () => {
    fc.assert(
      fc.property(text, text, (ours, theirs) => {
        const base = commonText(ours, theirs);
        expect(mergeText(base, ours, base).text).toBe(ours);
        expect(mergeText(base, base, theirs).text).toBe(theirs);
      }),
    );
  });
});
