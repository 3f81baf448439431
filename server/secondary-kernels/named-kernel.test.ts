import { describe, expect, test } from 'vitest';
import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import { namedKernel } from './named-kernel.ts';

const spec = (name: string, display_name: string, language: string): Kernelspec => ({
  name,
  resourceDirectory: '/',
  prefix: null,
  spec: { argv: [], display_name, language, env: {}, interrupt_mode: 'signal', metadata: {} },
});
const python = spec('python3', 'Python 3', 'python');
const all = [
  python,
  spec('pyodide', 'Python (Pyodide)', 'python'),
  spec('browser.python', 'Python (browser)', 'python'),
  spec('browser.html', 'HTML', 'html'),
  spec('far.ir', 'R', 'R'),
];

describe('a name means', () => {
  test.each([
    ['PYTHON3', 'python3'],
    ['html', 'browser.html'],
    ['HTML', 'browser.html'],
    ['Python (Pyodide)', 'pyodide'],
    ['ir', 'far.ir'],
    ['r', 'far.ir'],
  ])('%s → %s', (name, meant) => {
    expect(namedKernel(name, all, undefined)).toMatchObject({ kernelspec: { name: meant } });
  });

  test('what Jupyter takes it for, before the end of another name', () => {
    expect(namedKernel('python', all, python)).toMatchObject({ kernelspec: { name: 'python3' } });
  });

  test('nothing where it is none, or several: then it is said what there is', () => {
    expect(namedKernel('julia', all, undefined)).toEqual({
      problem: expect.stringMatching(
        /no kernel named “julia”.*python3 \(Python 3\).*far\.ir \(R\)/,
      ) as string,
    });
    expect(namedKernel('', all, undefined)).toMatchObject({
      problem: expect.stringContaining('%%kernel') as string,
    });
    const two = [spec('a', 'A', 'scheme'), spec('b', 'B', 'scheme')];
    expect(namedKernel('scheme', two, undefined)).toEqual({
      problem: '“scheme” is the name of several kernels: write one of a, b.',
    });
  });
});
