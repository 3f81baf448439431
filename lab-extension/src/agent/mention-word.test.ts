import { describe, expect, test } from 'vitest';
import { mentionAt, mentionOf, withMention } from './mention-word.ts';

describe('a mention that is being written', () => {
  test.each([
    ['look at @', { start: 8, kind: '', text: '' }],
    ['@ce', { start: 0, kind: '', text: 'ce' }],
    ['@cell:3', { start: 0, kind: 'cell', text: '3' }],
    ['(@file:data/a', { start: 1, kind: 'file', text: 'data/a' }],
    ['@file:"my da', { start: 0, kind: 'file', text: 'my da' }],
    ['ann@ex', null],
    ['@cell:3 and', null],
    ['nothing', null],
  ])('%s', (text, word) => expect(mentionAt(text, text.length)).toEqual(word));

  test('is replaced by what is chosen, and the cursor stands behind it', () => {
    const text = 'see @fi please';
    const word = mentionAt(text, 7)!;
    expect(withMention(text, 7, word, '@file:a.csv', true)).toEqual({
      text: 'see @file:a.csv please',
      cursor: 16,
    });
    expect(withMention(text, 7, word, '@file:', false)).toEqual({ text: 'see @file: please', cursor: 10 });
  });

  test.each([
    ['a.csv', '@file:a.csv'],
    ['my data, old.csv', '@file:"my data, old.csv"'],
    ['folder/(x).txt', '@file:"folder/(x).txt"'],
    ['ends.', '@file:"ends."'],
  ])('%s is written so that the server reads it as it is', (name, mention) =>
    expect(mentionOf('file', name)).toBe(mention),
  );
});
