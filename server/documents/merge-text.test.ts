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
          expect(start).toBeGreaterThanOrEqual(position);
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
    expect(mergeText('x = 1', 'x = 2', 'x = 3')).toEqual({ text: 'x = 2\nx = 3', conflicts: true });
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

  test('keep a line whole that stands in the place of one that the other side has deleted', () => {
    const [typed, put] = ['#<p1.1396>\n', '#<p1.6225>\n'];
    expect(mergeText(`a\n${typed}b\n`, `a\n${put}b\n`, 'a\nb\n').text).toBe(`a\n${put}b\n`);
    expect(mergeText(`a\n${typed}b\n`, 'a\nb\n', `a\n${put}b\n`).text).toBe(`a\n${put}b\n`);
    expect(mergeText('a = 1\n', '', 'import numpy\n').text).toBe('import numpy\n');
    expect(mergeText('x\n', 'x\ny', 'x\nz\n')).toEqual({ text: 'x\ny\nz', conflicts: true });
  });

  test('keep both lines, where both have changed one line in one place, and both words of a paragraph', () => {
    expect(mergeText('rate = 0.1\n', 'rate = 0.25\n', 'rate = 0.3\n')).toEqual({
      text: 'rate = 0.25\nrate = 0.3\n',
      conflicts: true,
    });
    expect(mergeText('rate = 0.1\n', 'rates = 0.1\n', 'rate = 0.3\n')).toEqual({
      text: 'rates = 0.3\n',
      conflicts: false,
    });
    const paragraph = (word: string): string => `It was ${word}. ${'And so it went on. '.repeat(20)}`;
    expect(mergeText(paragraph('summer'), paragraph('autumn'), paragraph('night'))).toEqual({
      text: paragraph('autumnnight'),
      conflicts: true,
    });
  });

  test('have once what one side has typed on', () => {
    const [first, second] = ['import numpy as np\n', 'import pandas as pd\n'];
    expect(mergeText('', `${first}${second}`, first)).toEqual({
      text: `${first}${second}`,
      conflicts: false,
    });
    expect(mergeText('', first, `${first}${second}`)).toEqual({
      text: `${first}${second}`,
      conflicts: false,
    });
    expect(mergeText('', `${first}x\n`, `${first}${second}`).text).toBe(`${first}x\n${second}`);
  });

  test('lose and double no line, whatever lines either side puts in, takes out and changes', () => {
    const lines = Array.from({ length: 8 }, (_, index) => `value_${index} = load("file ${index}")\n`);
    type Edit = 'keep' | 'delete' | 'change' | 'replace';
    const side = fc.record({
      edits: fc.array(fc.constantFrom<Edit>('keep', 'keep', 'delete', 'change', 'replace'), {
        minLength: lines.length,
        maxLength: lines.length,
      }),
      inserted: fc.array(fc.nat(lines.length), { maxLength: 4 }),
    });
    // One that is alike, in the place of another, is that one, changed.
    const newLine = (of: string, at: number): string => `${of}${at}`.repeat(9) + '\n';
    const made = ({ edits, inserted }: { edits: Edit[]; inserted: number[] }, of: string): string =>
      [...lines, '']
        .map((line, at) => {
          const before = inserted.flatMap((place, index) => (place === at ? [newLine(of, 10 + index)] : []));
          const now = {
            keep: line,
            delete: '',
            change: line.replace('load', `load_${of}`),
            replace: newLine(of, at),
          };
          return before.join('') + (line === '' ? '' : now[edits[at]!]);
        })
        .join('');
    fc.assert(
      fc.property(side, side, (one, other) => {
        const base = lines.join('');
        const { text, conflicts } = mergeText(base, made(one, 'o'), made(other, 't'));
        const merged: readonly string[] = text.match(/.*\n/g) ?? [];
        const known = new Set(
          [base, made(one, 'o'), made(other, 't')].flatMap((each) => each.match(/.*\n/g) ?? []),
        );
        for (const line of merged) {
          expect(known).toContain(line);
          expect(merged.filter((each) => each === line)).toHaveLength(1);
        }
        for (const [{ inserted }, of] of [[one, 'o'] as const, [other, 't'] as const])
          inserted.forEach((_, index) => expect(merged).toContain(newLine(of, 10 + index)));
        lines.forEach((line, at) => {
          const [ours, theirs] = [one.edits[at]!, other.edits[at]!];
          const isGone = !merged.includes(line);
          expect(isGone).toBe(ours !== 'keep' || theirs !== 'keep');
          for (const [edit, of] of [[ours, 'o'] as const, [theirs, 't'] as const]) {
            if (edit === 'change') expect(merged).toContain(line.replace('load', `load_${of}`));
            if (edit === 'replace') expect(merged).toContain(newLine(of, at));
          }
          if (ours !== 'keep' && theirs !== 'keep' && (ours === 'change' || theirs === 'change'))
            expect(conflicts).toBe(true);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('of an unknown origin have the lines of both, once', () => {
    const [ours, theirs] = ['#<1>\n#<145>\n#<2>\n', '#<1>\n#<31>\n#<2>\n'];
    expect(mergeText(commonText(ours, theirs), ours, theirs).text).toBe('#<1>\n#<145>\n#<31>\n#<2>\n');
    const [moved, put] = ['b = 1\na = 1\nmore\n', 'a = 1\nb = 1\n'];
    expect(mergeText(commonText(moved, put), moved, put).text).toBe(moved);
    expect(mergeText(commonText('hello wor', 'hello world'), 'hello wor', 'hello world').text).toBe(
      'hello world',
    );
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
