import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readU32, readU48, writeU32, writeU48 } from './big-endian.ts';

test.each([
  { bytes: 4, read: readU32, write: writeU32 },
  { bytes: 6, read: readU48, write: writeU48 },
])('numbers of $bytes bytes are written and read as Node does', ({ bytes, read, write }) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** (8 * bytes) - 1 }), fc.nat(3), (value, at) => {
      const target = Buffer.alloc(10);
      write(target, value, at);
      const expected = Buffer.alloc(10);
      expected.writeUIntBE(value, at, bytes);
      expect(target.equals(expected)).toBe(true);
      expect(read(target, at)).toBe(value);
    }),
  );
});
