import { expect, test } from 'vitest';
import { pathInside, pathKind } from './http-path.ts';

test.each([
  ...[
    '/api',
    '/api/',
    '/api/contents/x',
    '/api/nbconvert',
    '/api/contents/x/TRUST',
    '/api/contents/trusted',
    '/lab/api/settings',
    '/lab/api',
    '/API/x',
    '/lsp/status',
  ].map((path) => [path, 'api']),
  ...['/files/x', '/files', '/FILES/x', '/nbconvert/html/x'].map((path) => [path, 'sandboxed']),
  ...['/', '/lab', '/apix', '/lab/apix', '/filesx', '/tree/api/x', '/login'].map((path) => [path, 'page']),
  // Observed on jupyter_server 2.21: these are no API handlers.
  ...[
    '/api/spec.yaml',
    '/api/shutdown',
    '/api/events/subscribe',
    '/api/notebooks/a.ipynb',
    '/api/contents/a/b.ipynb/trust',
    '/api/kernels/x/channels',
    '/lab/api/themes/a/b.css',
  ].map((path) => [path, 'page']),
])('%s is %s', (path, kind) => expect(pathKind(path)).toBe(kind));

test.each([
  ['/', '/lab', '/lab'],
  ['/', '/', '/'],
  ['/a/b/', '/a/b/lab', '/lab'],
  ['/a/b/', '/a/b/', '/'],
  ['/a/b/', '/a/b', null],
  ['/a/b/', '/a/bc', null],
])('under %s, %s is %s', (base, path, inside) => expect(pathInside(base, path)).toBe(inside));
