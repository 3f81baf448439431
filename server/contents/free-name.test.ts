import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { freeName, withoutCopySuffix } from './free-name.ts';

const among =
  (taken: readonly string[]) =>
  (name: string): Promise<boolean> =>
    Promise.resolve(taken.includes(name));

test.each([
  ['a.txt', '-Copy', [], 'a.txt'],
  ['a.txt', '-Copy', ['a.txt'], 'a-Copy1.txt'],
  ['a.txt', '-Copy', ['a.txt', 'a-Copy1.txt', 'a-Copy3.txt'], 'a-Copy2.txt'],
  ['x.tar.gz', '-Copy', ['x.tar.gz'], 'x-Copy1.tar.gz'],
  ['a.b.ipynb', '-Copy', ['a.b.ipynb'], 'a.b-Copy1.ipynb'],
  ['Untitled Folder', ' ', ['Untitled Folder'], 'Untitled Folder 1'],
  ['untitled', '', ['untitled', 'untitled1'], 'untitled2'],
])('%s with %j among %j is %s', async (name, insert, taken, expected) => {
  expect(await freeName(name, insert, among(taken))).toBe(expected);
});

test('what is found is always free', async () => {
  const name = fc.string({ unit: fc.constantFrom('a', '.', '1', '-'), minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      name,
      fc.array(name),
      fc.constantFrom('', ' ', '-Copy'),
      async (wanted, taken, insert) => {
        const found = await freeName(wanted, insert, among(taken));
        expect(taken).not.toContain(found);
        if (!taken.includes(wanted)) expect(found).toBe(wanted);
      },
    ),
  );
});

test.each([
  ['a-Copy2.txt', 'a.txt'],
  ['a-Copy.txt', 'a.txt'],
  ['a-Copy1', 'a-Copy1'],
  ['a-Copy1-Copy2.ipynb', 'a-Copy1.ipynb'],
])('the copy of %s is numbered from %s', (name, expected) => {
  expect(withoutCopySuffix(name)).toBe(expected);
});
