import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeConfiguration } from './merge-configuration.ts';

test.each([
  [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  [{ a: { x: 1 } }, { a: { y: 2 } }, { a: { x: 1, y: 2 } }],
  [{ a: { x: 1 } }, { a: { x: null } }, {}],
  [{ a: 1 }, { a: null, missing: null }, {}],
  [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
  [{ a: 1 }, { a: { x: 1 } }, { a: { x: 1 } }],
  [{ a: { x: 1 } }, { a: 1 }, { a: 1 }],
  [{ a: 1 }, { b: {} }, { a: 1 }],
  [{}, { a: { b: { c: null } } }, {}],
])('%j and over it %j is %j', (base, over, merged) => {
  expect(mergeConfiguration(base, over)).toEqual(merged);
});

test('neither argument is changed, and no prototype is set', () => {
  const json = fc.dictionary(
    fc.oneof(fc.string({ maxLength: 2 }), fc.constant('__proto__')),
    fc.oneof(fc.integer(), fc.constant(null), fc.dictionary(fc.string({ maxLength: 2 }), fc.integer())),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(json, json, (base, over) => {
      const before = JSON.stringify([base, over]);
      const merged = mergeConfiguration(base, over);
      expect(JSON.stringify([base, over])).toBe(before);
      expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
      expect(Object.values(mergeConfiguration({}, over))).not.toContain(null);
    }),
  );
  mergeConfiguration({}, JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
