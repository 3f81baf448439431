import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markOutput } from './mark-output.ts';

const mark = (text: string): string =>
  Buffer.from(markOutput(Buffer.from(text), 'in_the_loop', { kernel: 'b' })).toString();

test('an output says where it ran, and all else of it stays byte by byte', () => {
  expect(mark('{"data": {"metadata": {}, "n": 12345678901234567890}, "metadata": {}, "x": NaN}')).toBe(
    '{"data": {"metadata": {}, "n": 12345678901234567890}, "metadata": {"in_the_loop":{"kernel":"b"}}, "x": NaN}',
  );
  expect(mark('{"metadata" : { "image/png": {"width": 1}}}')).toBe(
    '{"metadata" : {"in_the_loop":{"kernel":"b"}, "image/png": {"width": 1}}}',
  );
});

test.each(['{}', '', '[]', '{"metadata": null}', '{"data": "\\"metadata\\": {"}', '{"broken'])(
  'content without metadata is left as it is: %s',
  (text) => expect(mark(text)).toBe(text),
);

test('whatever an output holds, it is the same with one member more', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  const output = fc.record({ data: object, metadata: object, transient: object });
  fc.assert(
    fc.property(output, fc.constantFrom(0, 1), (content, indent) => {
      const text = JSON.stringify(content, null, indent);
      const plain = JSON.parse(text) as typeof content;
      const metadata = { in_the_loop: { kernel: 'b' }, ...plain.metadata };
      expect(JSON.parse(mark(text))).toEqual({ ...plain, metadata });
    }),
  );
});
