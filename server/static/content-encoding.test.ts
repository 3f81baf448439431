import { expect, test } from 'vitest';
import { negotiateEncoding } from './content-encoding.ts';

test.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0', null],
  ['br;q=0, *', 'gzip'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['br;q=0.8 , gzip; q=0.8', 'br'],
  ['br;q=0, gzip;q=0', null],
  ['br;q=nonsense', null],
  [',;,gzip;q=1.0', 'gzip'],
])('Accept-Encoding %j is answered with %j', (header, encoding) => {
  expect(negotiateEncoding(header)).toBe(encoding);
});
