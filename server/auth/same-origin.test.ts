import { expect, test } from 'vitest';
import { hasOwnReferer, isOwnOrigin, statesOwnOrigin } from './same-origin.ts';

const host = '127.0.0.1:8888';

test.each([
  [undefined, true, false],
  ['http://127.0.0.1:8888', true, true],
  ['https://127.0.0.1:8888', true, true],
  ['HTTP://127.0.0.1:8888', true, true],
  ['http://localhost:8888', false, false],
  ['http://127.0.0.1', false, false],
  ['http://127.0.0.1:8888.evil.example', false, false],
  ['http://evil.example/?127.0.0.1:8888', false, false],
  ['http://user@127.0.0.1:8888', false, false],
  ['null', false, false],
  ['', false, false],
])('Origin %s: ours %s, stated %s', (origin, own, stated) => {
  const headers = origin === undefined ? { host } : { host, origin };
  expect(isOwnOrigin(headers)).toBe(own);
  expect(statesOwnOrigin(headers)).toBe(stated);
});

test('a Referer is needed to count as one', () => {
  expect(hasOwnReferer({ host })).toBe(false);
  expect(hasOwnReferer({ host, referer: 'http://127.0.0.1:8888/lab?token=x' })).toBe(true);
  expect(hasOwnReferer({ host, referer: 'http://evil.example/127.0.0.1:8888' })).toBe(false);
});
