import { describe, expect, test } from 'vitest';
import { askedKernel, kernelspecOf, withChoice } from './cell-kernel.ts';

const spec = (name: string, display_name: string, language: string) => ({ name, display_name, language });
const specs = {
  python3: spec('python3', 'Python 3', 'python'),
  pyodide: spec('pyodide', 'Python (Pyodide)', 'python'),
  'browser.html': spec('browser.html', 'HTML', 'html'),
};

describe('the kernel that a cell asks for', () => {
  test('is the one that is written, before the one that is chosen', () => {
    expect(askedKernel('\n%%kernel HTML \n<b>', { kernel: 'pyodide' })).toEqual({
      name: 'HTML',
      lineLength: 16,
    });
    expect(askedKernel('print("%%kernel x")', { kernel: 'pyodide' })).toEqual({
      name: 'pyodide',
      lineLength: 0,
    });
    expect(askedKernel('1', {})).toBeNull();
    expect(askedKernel('%%kernels\n', null)).toBeNull();
  });

  test.each([
    ['PYODIDE', 'pyodide'],
    ['python', 'python3'],
    ['html', 'browser.html'],
    ['Python (pyodide)', 'pyodide'],
    ['nowhere', null],
  ])('%s means %s', (name, meant) => expect(kernelspecOf(name, specs)).toBe(meant));

  test('is chosen, and not any more, beside whatever else the cell says of us', () => {
    expect(withChoice({ other: 1 }, 'pyodide')).toEqual({ other: 1, kernel: 'pyodide' });
    expect(withChoice({ other: 1, kernel: 'x' }, null)).toEqual({ other: 1 });
    expect(withChoice({ kernel: 'x' }, null)).toBeNull();
  });
});
