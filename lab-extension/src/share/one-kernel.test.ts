import { expect, test } from 'vitest';
import { asksForAnother } from './one-kernel.ts';
import { PRIVATE_KERNELSPECS } from './private-kernels.ts';

const specs = PRIVATE_KERNELSPECS.kernelspecs;
const asked = (source: string, choice: unknown = null): string | null =>
  asksForAnother(source, choice, 'browser.python', specs);

test('a cell for the copy’s own kernel runs, as one that asks for none does', () => {
  expect(asked('1 + 1')).toBeNull();
  expect(asked('1 + 1', { kernel: 'browser.python' })).toBeNull();
  expect(asked('1 + 1', { kernel: 'python' })).toBeNull();
});

test('a cell for another kernel is not run on the copy’s own, and says what to do', () => {
  expect(asked('<b>1</b>', { kernel: 'browser.html' })).toContain(
    'Choose another kernel for it or the copy.',
  );
  expect(asked('1', { kernel: 'ir' })).toContain('“ir”');
  expect(asked('%%kernel html\n<b>1</b>')).toBe(
    'Not run: the cell is for “html”, and a private copy’s cells run on Python (in this browser). Choose another kernel for it or the copy.',
  );
});
