import { expect, it } from 'vitest';
import { retryAfterOfHeaders, retryAfterOfText } from './retry-after.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

it.each([
  [{ 'retry-after-ms': '350' }, 350],
  [{ 'retry-after-ms': '350', 'retry-after': '1' }, 350],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, null],
  [{}, null],
])('reads the headers %j', (headers, expected) => {
  expect(retryAfterOfHeaders(new Headers(headers), NOW)).toBe(expected);
});

it.each([
  ['Rate limit reached … Limit 6000, Used 5900. Please try again in 7.66s. Need more tokens?', 7_660],
  ['Please try again in 1m26.4s.', 86_400],
  ['Please try again in 2h3m0.5s', 7_380_500],
  ['try again in 350ms', 350],
  ['Please retry after 20s', 20_000],
  ['Try again in a moment', null],
])('reads the text "%s"', (text, expected) => {
  expect(retryAfterOfText(text)).toBe(expected);
});
