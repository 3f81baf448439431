import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlaceId, placeIdOf } from './place-id.ts';

test.each([
  ['The Cluster', 'the-cluster'],
  ['  Ülis  Rechner! ', 'u-lis-rechner'],
  ['東京', 'place'],
  ['This machine', 'this-machine-2'],
  ['taken', 'taken-2'],
])('"%s" gets the id %s', (title, id) => {
  expect(placeIdOf(title, (each) => each === 'taken')).toBe(id);
});

test('whatever the title, the id is one, and is free', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(3), (title, used) => {
      const taken = new Set<string>();
      for (let count = 0; count < used; count += 1) taken.add(placeIdOf(title, (id) => taken.has(id)));
      const id = placeIdOf(title, (each) => taken.has(each));
      expect(isPlaceId(id) && !taken.has(id)).toBe(true);
    }),
  );
});
