import { describe, expect, test } from 'vitest';
import { requestKind } from './request-kind.ts';

const SCOPE = 'http://127.0.0.1:8888/some/base/';

function kindOf(path: string, more: { method?: string; mode?: string; range?: boolean } = {}) {
  const headers = { has: (name: string) => name === 'range' && more.range === true };
  return requestKind(
    { method: more.method ?? 'GET', mode: more.mode ?? 'cors', url: SCOPE + path, headers },
    SCOPE,
  );
}

describe('what the service worker does with a request', () => {
  test.each([
    'files/data.csv',
    'nbconvert/html/a.ipynb',
    'login?next=%2F',
    'logout',
    'api/contents/a.ipynb?type=notebook&content=1&hash=1',
    'api/contents/a.txt?type=file&format=text&content=1',
    'api/contents/a.ipynb/checkpoints',
    'api/status',
    'api/kernels/abc',
    'api/in-the-loop/v1/runs',
    'metrics',
    'static/%E0%A4%A/broken.js',
  ])('leaves %s alone', (path) => expect(kindOf(path)).toBeNull());

  test('leaves changes, ranges and other sites alone', () => {
    expect(kindOf('api/contents?content=1', { method: 'PUT' })).toBeNull();
    expect(kindOf('lab/api/settings/@jupyterlab/a:b', { method: 'PUT' })).toBeNull();
    expect(kindOf('lab/api/workspaces/default', { method: 'PUT' })).toMatchObject({ kind: 'layout' });
    expect(kindOf('static/lab/main.efd36b46f3b45eb8.js', { range: true })).toBeNull();
    const headers = { has: () => false };
    const url = 'http://127.0.0.1:8889/some/base/lab';
    expect(requestKind({ method: 'GET', mode: 'navigate', url, headers }, SCOPE)).toBeNull();
  });

  test('I10: keeps nothing under an address with a token', () => {
    expect(kindOf('api/me?token=secret')).toBeNull();
    expect(kindOf('static/lab/main.efd36b46f3b45eb8.js?token=secret')).toBeNull();
    expect(JSON.stringify(kindOf('lab/tree/a.ipynb?token=secret', { mode: 'navigate' }))).not.toContain(
      'secret',
    );
  });

  test('takes what carries a hash in its name from the cache, whatever version is asked for', () => {
    const key = `${SCOPE}static/lab/main.efd36b46f3b45eb8.js`;
    expect(kindOf('static/lab/main.efd36b46f3b45eb8.js?v=efd36b46f3b45eb8')).toEqual({
      kind: 'unchanging',
      key,
    });
    expect(kindOf('static/lab/style.js')).toMatchObject({ kind: 'answer' });
  });

  test('keeps what kernels in pages are made of once it was used, the frame too, and leaves their connection alone', () => {
    const path = 'in-the-loop/browser-runtime/host-0123456789abcdef/host.html';
    expect(kindOf(path, { mode: 'navigate' })).toEqual({ kind: 'kernel-file', key: SCOPE + path });
    expect(kindOf('in-the-loop/browser-packages/packages-0123456789abcdef/a.whl?token=secret')).toEqual({
      kind: 'kernel-file',
      key: `${SCOPE}in-the-loop/browser-packages/packages-0123456789abcdef/a.whl`,
    });
    expect(kindOf('api/in-the-loop/v1/browser-runtime/link')).toBeNull();
  });

  test('takes one name for one file, however it is written', () => {
    const key = `${SCOPE}lab/extensions/%40scope/name/static/remoteEntry.5cbb9d2323598fbda535.js`;
    for (const scope of ['@scope', '%40scope'])
      expect(kindOf(`lab/extensions/${scope}/name/static/remoteEntry.5cbb9d2323598fbda535.js`)).toEqual({
        kind: 'unchanging',
        key,
      });
  });

  test('asks the server first for what changes, without time stamps in the name', () => {
    expect(kindOf('lab/api/settings?1795273770411')).toEqual({
      kind: 'answer',
      key: `${SCOPE}lab/api/settings`,
      isListing: false,
    });
    expect(kindOf('lab/api/settings?ids_only=true')).toMatchObject({
      key: `${SCOPE}lab/api/settings?ids_only=true`,
    });
    expect(kindOf('api/contents/a%20folder?content=1&hash=0&1795273770411')).toEqual({
      kind: 'answer',
      key: `${SCOPE}api/contents/a%20folder?content=1`,
      isListing: true,
    });
    expect(kindOf('api/contents/a.ipynb?type=notebook&content=0')).toMatchObject({ isListing: true });
    expect(kindOf('api/sessions?1795273770411')).toEqual({ kind: 'running' });
  });

  test.each([
    ['lab', 'lab'],
    ['lab/tree/a/b.ipynb', 'lab'],
    ['lab/workspaces/mine/tree/a.ipynb', 'lab'],
    ['doc/tree/a.ipynb', 'lab'],
    ['tree/folder', 'tree'],
    ['notebooks/a.ipynb', 'notebooks'],
    ['edit/a.py', 'edit'],
  ])('shows %s with the page of %s', (path, page) => {
    expect(kindOf(path, { mode: 'navigate' })).toEqual({ kind: 'page', page, path });
  });

  test.each([
    'files/a.html',
    'terminals/1',
    'lab/extensions/a/b.html',
    'lab/api/settings',
    'logout',
    'login',
  ])('lets the browser itself go to %s', (path) => expect(kindOf(path, { mode: 'navigate' })).toBeNull());
});
