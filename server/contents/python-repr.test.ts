import { expect, test } from 'vitest';
import { exactNumber } from './exact-number.ts';
import { reprText } from '../python-text.ts';
import { pythonType, reprValue } from './python-repr.ts';

// Generated texts and values are compared with Python in test/conformance.
test.each([
  ["it's", '"it\'s"'],
  ['"', "'\"'"],
  [`'"`, `'\\'"'`],
  ['a\\b\n\t\x00\x7f', "'a\\\\b\\n\\t\\x00\\x7f'"],
  ['é\u200b\ud800', "'é\\u200b\\ud800'"],
  ['\u00a0', "'\\xa0'"],
])('%j is %s', (text, expected) => {
  expect(reprText(text)).toBe(expected);
});

test.each([
  [null, 'None', 'NoneType'],
  [true, 'True', 'bool'],
  [3, '3', 'int'],
  [0.5, '0.5', 'float'],
  [exactNumber('1.0'), '1.0', 'float'],
  [exactNumber('12345678901234567890'), '12345678901234567890', 'int'],
  [[1, 'a', []], "[1, 'a', []]", 'list'],
  [{ a: { b: null } }, "{'a': {'b': None}}", 'dict'],
  ['a', "'a'", 'str'],
])('%j is %s, of type %s', (value, repr, type) => {
  expect([reprValue(value), pythonType(value)]).toEqual([repr, type]);
});
