import { expect, test } from 'vitest';
import { cacheControlOf } from './cache-control.ts';

test.each([
  ['main.efd36b46f3b45eb8.js', undefined],
  ['static/remoteEntry.5cbb9d2323598fbda535.js', undefined],
  ['0031b1860ea4ad75.woff', undefined],
  ['static/style.js', 'a-version'],
])('%s with ?v=%s never changes', (path, version) => {
  expect(cacheControlOf(path, version)).toBe('public, max-age=31536000, immutable');
});

test.each([
  ['index.html', undefined],
  ['static/style.js', undefined],
  ['static/style.js', ''],
  ['1234.js', undefined],
  ['efd36b46f3b45eb8/style.js', undefined],
])('%s with ?v=%s is asked for again', (path, version) => {
  expect(cacheControlOf(path, version)).toBe('no-cache');
});
