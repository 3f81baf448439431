import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addJsonString, isPlainText } from './json-string.ts';
import { Utf8Builder } from './utf8-builder.ts';

const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xff }),
  fc.integer({ min: 0xd7ff, max: 0xe000 }),
  fc.nat(0xffff),
);
const anyText = fc.string({ unit: unit.map((code) => String.fromCharCode(code)), maxLength: 600 });

test('a string of any UTF-16 units is written as JSON.stringify writes it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const target = new Utf8Builder();
      addJsonString(text, target);
      expect(target.bytes().toString()).toBe(JSON.stringify(text));
    }),
  );
});

test('plain is what needs no escape but for line ends', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(isPlainText(text)).toBe(JSON.stringify(text) === `"${text.replaceAll('\n', '\\n')}"`);
    }),
  );
});
