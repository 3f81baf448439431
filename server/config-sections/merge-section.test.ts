import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSection, withoutDefaults } from './merge-section.ts';
import type { Section } from './merge-section.ts';

const plain = (section: Section): unknown => JSON.parse(JSON.stringify(section)) as unknown;
const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer()));
/** Without nulls and empty objects, which a merge takes away. */
const { section } = fc.letrec<{ section: Section }>((tie) => ({
  section: fc.dictionary(
    fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
    fc.oneof({ depthSize: 'small' }, value, tie('section')),
    { minKeys: 1, noNullPrototype: false },
  ),
}));

test.each([
  [{ a: { b: 1, c: 2 } }, { a: { b: null }, e: [1], f: { g: null } }, { a: { c: 2 }, e: [1] }],
  [{ a: { c: 2 }, e: [1] }, { a: { c: null } }, { e: [1] }],
  [{ a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  [{ a: { b: 2 } }, { a: 1 }, { a: 1 }],
])('%j and %j give %j', (target, changes, merged) =>
  expect(plain(mergeSection(target, changes))).toEqual(merged),
);

test('merging into nothing, or twice the same, changes nothing; neither side is touched', () => {
  fc.assert(
    fc.property(section, section, (left, right) => {
      const before = JSON.stringify([left, right]);
      expect(JSON.stringify(mergeSection({}, right))).toBe(JSON.stringify(right));
      const once = mergeSection(left, right);
      expect(plain(mergeSection(once, right))).toEqual(plain(once));
      expect(JSON.stringify([left, right])).toBe(before);
    }),
  );
});

test('what is stored without defaults reads the same with them', () => {
  fc.assert(
    fc.property(section, section, (defaults, changes) => {
      const wished = mergeSection(defaults, changes);
      const stored = withoutDefaults(wished, defaults);
      expect(plain(mergeSection(defaults, stored))).toEqual(plain(wished));
    }),
  );
});

test('no key reaches the prototype of objects', () => {
  mergeSection(
    {},
    JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as Section,
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
