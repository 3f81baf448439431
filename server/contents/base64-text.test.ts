import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64Lines } from './base64-text.ts';

test('any bytes come back, whether in lines or in one piece', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      const lines = encodeBase64Lines(Buffer.from(bytes));
      expect(decodeBase64(lines, 'a')).toEqual(Buffer.from(bytes));
      expect(decodeBase64(lines.replaceAll('\n', ''), 'a')).toEqual(Buffer.from(bytes));
      expect(decodeBase64(lines.replaceAll('\n', '\r\n '), 'a')).toEqual(Buffer.from(bytes));
      for (const line of lines.split('\n')) expect(line.length).toBeLessThanOrEqual(76);
    }),
  );
});

// More of it is compared with Python in test/conformance.
test.each([
  ['a', /data characters \(1\) cannot be 1 more/],
  ['abc', /Incorrect padding/],
  ['ab=', /Incorrect padding/],
  ['é', /'ascii' codec can't encode character '\\xe9' in position 0/],
])('%j is refused as Python refuses it', (text, message) => {
  expect(() => decodeBase64(text, 'a')).toThrow(message);
});
