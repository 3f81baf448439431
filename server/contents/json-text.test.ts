import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactNumber } from './exact-number.ts';
import { jsonText } from './json-text.ts';

const longText = fc
  .tuple(fc.string({ unit: 'binary', minLength: 1 }), fc.integer({ min: 1, max: 400 }))
  .map(([text, times]) => text.repeat(times));
const surrogates = fc.string({
  unit: fc.integer({ min: 0xd7f0, max: 0xe010 }).map((code) => String.fromCharCode(code)),
});
const text = fc.oneof(fc.string({ unit: 'binary' }), longText, surrogates);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5 }),
  ),
}));

test('is what JSON.stringify writes, for any value', () => {
  fc.assert(
    fc.property(value, (any) => {
      expect(jsonText(any).toString()).toBe(JSON.stringify(any));
    }),
  );
});

test('absent keys are left out, numbers keep their digits, and what JSON cannot say is null', () => {
  const model = {
    message: undefined,
    content: { big: exactNumber('123456789012345678901'), float: exactNumber('1.0') },
  };
  expect(jsonText(model).toString()).toBe('{"content":{"big":123456789012345678901,"float":1.0}}');
  expect(jsonText([{ a: NaN }, undefined, Infinity]).toString()).toBe('[{"a":null},null,null]');
  expect(jsonText({ a: undefined }).toString()).toBe('{}');
});
