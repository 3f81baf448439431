import { expect, test } from 'vitest';
import { writtenIn } from './written-in.ts';

test('a notebook that was never run is in the language of its kernelspec, and in Python where it has none', () => {
  expect(writtenIn({ name: 'ir', language: 'R' })).toBe('R');
  expect(writtenIn({ name: 'python3' })).toBe('python');
  expect(writtenIn(undefined)).toBe('python');
});

test('no language is guessed of a kernel that nobody knows', () => {
  expect(writtenIn({ name: 'ir', display_name: 'R' })).toBe('');
});
