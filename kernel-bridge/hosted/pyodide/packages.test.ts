import { expect, test } from 'vitest';
import { Packages } from './packages.ts';
import type { Pyodide } from './pyodide.ts';

type Tell = (text: string) => void;

/** @param tell what loading says of its errors */
const packagesThat = (tell: (error: Tell) => void): Packages =>
  new Packages({
    loadPackage: (_names: readonly string[], options: { errorCallback: Tell }) => {
      tell(options.errorCallback);
      return Promise.resolve();
    },
  } as unknown as Pyodide);

test('of a package that cannot be had with all that it needs, one reason is told', async () => {
  const packages = packagesThat((error) => {
    for (const name of ['matplotlib', 'numpy', 'six']) {
      error(`The following error occurred while loading ${name}:`);
      error('Failed to fetch');
    }
  });
  expect(await packages.load(['matplotlib'])).toBe('Failed to fetch');
});

test('a reason of another form is told whole, and none where nothing failed', async () => {
  const told = 'Could not load it.\nIts file is damaged.';
  expect(await packagesThat((error) => error(told)).load(['a'])).toBe(told);
  expect(await packagesThat(() => undefined).load(['a'])).toBe('');
});
