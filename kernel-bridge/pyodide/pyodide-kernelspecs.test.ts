import { expect, test } from 'vitest';
import { memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import type { Kernelspec } from '../kernelspecs/kernelspec.ts';
import { PyodideKernelspecs } from './pyodide-kernelspecs.ts';

const ours: Kernelspec = {
  name: 'pyodide',
  resourceDirectory: '/ours',
  prefix: null,
  spec: {
    argv: ['node'],
    display_name: 'Python (Pyodide)',
    language: 'python',
    env: {},
    interrupt_mode: 'signal',
    metadata: {},
  },
};
const beside = (installed: readonly (string | Kernelspec)[], made: Kernelspec | null = ours) =>
  new PyodideKernelspecs(memoryKernelspecs(installed), () => made);

test('stands behind what is installed, and for it where there is nothing', async () => {
  const some = beside(['python3']);
  expect((await some.list()).map(({ name }) => name)).toEqual(['python3', 'pyodide']);
  expect(await some.defaultName()).toBe('python3');
  expect(await some.find('PYODIDE')).toBe(ours);
  expect(await some.find('other')).toBeUndefined();
  expect(await beside([]).defaultName()).toBe('pyodide');
});

test('gives way to one that is installed under its name, and is not there where it was not built', async () => {
  const theirs = { ...ours, resourceDirectory: '/theirs' };
  expect(await beside([theirs]).list()).toEqual([theirs]);
  expect(await beside([theirs]).find('pyodide')).toBe(theirs);
  expect(await beside(['python3'], null).find('pyodide')).toBeUndefined();
  expect(await beside([], null).list()).toEqual([]);
});
