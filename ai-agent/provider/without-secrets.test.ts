import { expect, test } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

test('I10: a key is taken out wherever it stands', () => {
  expect(withoutSecrets('Bearer sk-12345678, sk-12345678', ['sk-12345678', null])).toBe(
    'Bearer [key], [key]',
  );
});

test('what is too short for a secret leaves words whole', () => {
  expect(withoutSecrets('the request exceeds the context', ['x', ''])).toBe(
    'the request exceeds the context',
  );
});
