import { expect, test } from 'vitest';
import { namesIn, promptWithValues } from './named-variables.ts';

const shown = (text: string, more: object = {}) => ({ status: 'ok', data: { 'text/plain': text, ...more } });

test('names of variables are those in braces, each once', () => {
  expect(namesIn('{a} and {größe}, {a}, {not this}, {1}, {x.y}, f"{b}"')).toEqual(['a', 'größe', 'b']);
});

test('a short value stands in its place, a long one behind; what the kernel does not know stays as it is', () => {
  const reply = {
    status: 'ok',
    user_expressions: {
      word: shown("'plover'"),
      count: shown('42'),
      long: shown('1\n2'),
      missing: { status: 'error', ename: 'NameError' },
    },
  };
  const prompt = 'What is a {word}, {count} of them, {long}? {missing} {other}';
  const parts = promptWithValues(prompt, ['word', 'count', 'long', 'missing', 'other'], reply);
  expect(parts.map((part) => part.type === 'text' && part.text)).toEqual([
    '<variable name="long">',
    '1\n2',
    '</variable>',
    'What is a plover, 42 of them, {long}? {missing} {other}',
  ]);
});

test('a kernel that evaluates no expressions leaves the prompt as it is', () => {
  expect(promptWithValues('{x}', ['x'], { status: 'ok' })).toEqual([{ type: 'text', text: '{x}' }]);
});
