import { expect, test } from 'vitest';
import { reprText } from './python-text.ts';

test.each([
  ['plain', "'plain'"],
  ["it's", `"it's"`],
  [`"it's"`, `'"it\\'s"'`],
  ['a\\b\n\r\t', "'a\\\\b\\n\\r\\t'"],
  ['', "''"],
])('%j is quoted as Python does', (text, quoted) => {
  expect(reprText(text)).toBe(quoted);
});
