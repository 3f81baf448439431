import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellPath, shellTemplate, shellWord, shellWords } from './shell-words.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));
const hostile = fc.oneof(text, fc.stringMatching(/^['"$`\\(){};|&<>!*?~ \n\t#=%-]{0,20}$/));

function printed(words: string, variables: Readonly<Record<string, string>> = {}): string[] {
  const script = `printf '%s\\0' ${words}`;
  return execFileSync('sh', ['-c', script], { env: { ...variables, HOME: '/home/of me' }, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

describe('words of a shell', () => {
  test('[H1] any texts arrive as they are, as so many words', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 20 }), (texts) => {
        expect(printed(shellWords(texts))).toEqual(texts);
      }),
      { numRuns: 60 },
    );
  });

  test('a zero byte, which would end the word there, is refused', () => {
    expect(() => shellWord('a\0b')).toThrow(TypeError);
  });

  test('a path is below the home folder only where it begins so', () => {
    const paths = ['~', '~/a b', '/a/~', '$(id)', '~other', "~/'"];
    expect(printed(paths.map(shellPath).join(' '))).toEqual([
      '/home/of me',
      '/home/of me/a b',
      '/a/~',
      '$(id)',
      '~other',
      "/home/of me/'",
    ]);
  });

  test('a template fills in the variables that are there, and no others', () => {
    const value = '$ONE:${TWO}:$NONE:${NONE}:$$ONE:$:${:"\'`id`$(id)\\';
    expect(printed(shellTemplate(value), { ONE: 'a"$b', TWO: '' })).toEqual([
      'a"$b::$NONE:${NONE}:$ONE:$:${:"\'`id`$(id)\\',
    ]);
  });

  test('what holds no variable passes a template as it is', () => {
    fc.assert(
      fc.property(
        hostile.filter((value) => !value.includes('$')),
        (value) => {
          expect(printed(shellTemplate(value))).toEqual([value]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
