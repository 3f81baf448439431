import { expect, test } from 'vitest';
import { isNewerVersion } from './python-version.ts';

test.each([
  ['1.10', '1.9'],
  ['2', '1.99.99'],
  ['1.0', '1.0rc1'],
  ['1.0rc1', '1.0b3'],
  ['1.0b3', '1.0a9'],
  ['1.0a1', '1.0.dev5'],
  ['1.0.post1', '1.0'],
  ['1.0.1', '1.0'],
  ['v1.1', '1.0'],
])('%s is newer than %s, and not the other way round', (newer, older) => {
  expect(isNewerVersion(newer, older)).toBe(true);
  expect(isNewerVersion(older, newer)).toBe(false);
});

test.each([
  ['1.0', '1.0.0'],
  ['1.0', '1.0'],
  ['nonsense', 'nonsense'],
])('%s and %s are the same', (left, right) => {
  expect(isNewerVersion(left, right)).toBe(false);
  expect(isNewerVersion(right, left)).toBe(false);
});
