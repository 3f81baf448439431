import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readU32, readU48, writeU32, writeU48 } from './big-endian.ts';

const anyPlace = fc.nat(3);

test('numbers of 32 bits are written and read as Node does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), anyPlace, (value, at) => {
      const target = Buffer.alloc(10);
      writeU32(target, value, at);
      const expected = Buffer.alloc(10);
      expected.writeUInt32BE(value, at);
      expect(target.equals(expected)).toBe(true);
      expect(readU32(target, at)).toBe(value);
    }),
  );
});

test('numbers of 48 bits are written and read as Node does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), anyPlace, (value, at) => {
      const target = Buffer.alloc(10);
      writeU48(target, value, at);
      const expected = Buffer.alloc(10);
      expected.writeUIntBE(value, at, 6);
      expect(target.equals(expected)).toBe(true);
      expect(readU48(target, at)).toBe(value);
    }),
  );
});
