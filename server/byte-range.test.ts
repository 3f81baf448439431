import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestedRange } from './byte-range.ts';

test.each([
  ['bytes=0-4', { start: 0, end: 5 }],
  ['bytes=5-', { start: 5, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=8-99', { start: 8, end: 10 }],
  ['bytes = 1 - 3', { start: 1, end: 4 }],
  ['bytes=0-', null],
  ['bytes=0-9', null],
  ['bytes=-99', null],
  ['bytes=0-1,3-4', null],
  ['bytes=-', null],
  ['lines=1-2', null],
  [undefined, null],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=5-2', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
] as const)('%s of ten bytes', (header, expected) => expect(requestedRange(header, 10)).toEqual(expected));

test('an empty file has no part', () => expect(requestedRange('bytes=0-', 0)).toBe('unsatisfiable'));

test('a part is never empty, and never more than the file', () => {
  const digits = fc.option(fc.nat(50), { nil: '' });
  fc.assert(
    fc.property(digits, digits, fc.nat(40), (first, last, size) => {
      const range = requestedRange(`bytes=${first}-${last}`, size);
      if (range === null || range === 'unsatisfiable') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeGreaterThan(range.start);
      expect(range.end).toBeLessThanOrEqual(size);
      expect(range.end - range.start).toBeLessThan(size);
    }),
  );
});
