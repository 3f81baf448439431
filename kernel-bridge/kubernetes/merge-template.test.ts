import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeTemplate } from './merge-template.ts';

const container = { name: 'kernel', image: 'one', env: [{ name: 'A', value: '1' }], args: ['x', 'y'] };

test('objects are merged, named items by their name, other lists replaced, and null takes away', () => {
  const base = { metadata: { labels: { a: '1', b: '2' } }, spec: { containers: [container] } };
  const over = {
    metadata: { labels: { b: null, c: '3' } },
    spec: {
      containers: [
        { name: 'kernel', args: ['z'], env: [{ name: 'B', value: '2' }] },
        { name: 'sidecar', image: 'two' },
      ],
      priorityClassName: 'low',
    },
  };
  expect(mergeTemplate(base, over)).toEqual({
    metadata: { labels: { a: '1', c: '3' } },
    spec: {
      containers: [
        {
          name: 'kernel',
          image: 'one',
          args: ['z'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
        { name: 'sidecar', image: 'two' },
      ],
      priorityClassName: 'low',
    },
  });
});

test('one volume at two paths is two mounts', () => {
  const data = { name: 'data', mountPath: '/data' };
  const home = { name: 'data', mountPath: '/home' };
  expect(mergeTemplate([data], [home])).toEqual([data, home]);
  expect(mergeTemplate([data, home], [{ name: 'other', mountPath: '/home' }])).toEqual([
    data,
    { name: 'other', mountPath: '/home' },
  ]);
});

test('what is laid over is there afterwards, and nothing changes what it is laid on', () => {
  const json = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.integer())));
  fc.assert(
    fc.property(json, json, (base, over) => {
      const before = structuredClone(base);
      expect(mergeTemplate(base, over)).toMatchObject(over);
      expect(mergeTemplate(base, {})).toEqual(base);
      expect(mergeTemplate(mergeTemplate(base, over), over)).toEqual(mergeTemplate(base, over));
      expect(base).toEqual(before);
    }),
  );
});
