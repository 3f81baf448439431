import { expect, test } from 'vitest';
import { plainNumbers, withExactNumbers } from './exact-values.ts';
import { parseLosslessJson } from './lossless-json.ts';
import type { JsonObject } from './json-object.ts';

const exact = parseLosslessJson(
  '{"metadata":{"version":1.0,"big":12345678901234567890},"cells":[{"id":"a","metadata":{"x":2.0}}]}',
) as JsonObject;

test('numbers come back as they were written, where they are the same', () => {
  const plain = plainNumbers(exact);
  expect(plain).toEqual({
    metadata: { version: 1, big: 12345678901234567000 },
    cells: [{ id: 'a', metadata: { x: 2 } }],
  });
  const changed = {
    ...plain,
    cells: [{ id: 'b', metadata: { x: 2 } }, ...(plain['cells'] as readonly JsonObject[])],
  };
  expect(JSON.stringify(withExactNumbers(changed, exact))).toBe(
    '{"metadata":{"version":1.0,"big":12345678901234567890},' +
      '"cells":[{"id":"b","metadata":{"x":2}},{"id":"a","metadata":{"x":2.0}}]}',
  );
});

test('what has none stays the same object', () => {
  const plain = { metadata: {}, cells: [{ id: 'a', outputs: [{ data: 1.5 }] }] };
  expect(plainNumbers(plain)).toBe(plain);
  expect(withExactNumbers(plain, plain)).toBe(plain);
});
