import { describe, expect, test } from 'vitest';
import { type KnownKernels, mayStartHere } from './host-requests.ts';

const known: KnownKernels = {
  specOf: (id) => (id === 'here' ? 'browser.python' : id === 'there' ? 'python3' : null),
  kernelsOf: (_path, cells) => cells.map((cell) => (cell === 'mixed' ? 'browser.html' : 'r')),
};

describe('a request that may start a kernel in a browser', () => {
  test.each([
    ['POST', 'api/sessions', { path: 'a.ipynb', kernel: { name: 'browser.python' } }],
    ['PATCH', 'api/sessions/1', { kernel: { name: 'browser.html' } }],
    ['POST', 'api/kernels', { name: 'browser.python' }],
    ['POST', 'api/kernels/here/restart', null],
    ['POST', 'api/in-the-loop/v1/runs', { path: 'a.ipynb', cells: ['c'], kernel: { id: 'here' } }],
    ['POST', 'api/in-the-loop/v1/runs', { path: 'a.ipynb', cells: ['c', 'mixed'], kernel: { id: 'there' } }],
  ])('%s %s', (method, path, body) => {
    expect(mayStartHere(method, path, body, known)).toBe(true);
  });

  test.each([
    ['GET', 'api/sessions', null],
    ['POST', 'api/sessions', { path: 'a.ipynb', kernel: { name: 'python3' } }],
    ['POST', 'api/sessions', { path: 'a.ipynb' }],
    ['PATCH', 'api/sessions/1', { path: 'b.ipynb' }],
    ['POST', 'api/kernels/there/restart', null],
    ['POST', 'api/kernels/here/interrupt', null],
    ['POST', 'api/in-the-loop/v1/runs', { path: 'a.ipynb', cells: ['c'], kernel: { id: 'there' } }],
    ['POST', 'api/contents/a', { name: 'browser.python' }],
  ])('is not %s %s', (method, path, body) => {
    expect(mayStartHere(method, path, body, known)).toBe(false);
  });
});
