import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelValue } from './label-value.ts';

test.each([
  ['analysis/First steps.ipynb', 'analysis-First-steps.ipynb'],
  ['Übung ß.ipynb', 'bung-.ipynb'],
  ['.hidden', 'hidden'],
  ['---', ''],
])('%j becomes %j', (text, value) => expect(labelValue(text)).toBe(value));

test('any text becomes a value that Kubernetes takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(labelValue(text)).toMatch(/^$|^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/);
    }),
  );
});
