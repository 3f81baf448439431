import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('a bounded map keeps the entries set last, whatever was set, taken and set again', () => {
  const key = fc.integer({ min: 0, max: 9 });
  const step = fc.record({ kind: fc.constantFrom('set', 'take'), key, value: fc.nat() });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (limit, steps) => {
      const map = new BoundedMap<number, number>(limit);
      let model: [number, number][] = [];
      for (const { kind, key: at, value } of steps) {
        const before = model.find(([each]) => each === at);
        model = model.filter(([each]) => each !== at);
        if (kind === 'take') expect(map.take(at)).toBe(before?.[1]);
        else {
          map.set(at, value);
          model = [...model, [at, value] as [number, number]].slice(-limit);
        }
        for (let each = 0; each < 10; each++)
          expect(map.get(each)).toBe(model.find(([other]) => other === each)?.[1]);
      }
    }),
  );
});
