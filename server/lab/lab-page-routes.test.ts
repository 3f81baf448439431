import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cookiePair, TOKEN } from '../../test/doubles/app-under-test.ts';
import type { Answer, AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { installLab, LAB } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { startLabApp } from '../../test/doubles/lab-app.ts';

let lab: InstalledLab;
let app: AppUnderTest;
beforeEach(async () => {
  lab = await installLab({ baseUrl: '/b/' });
  app = await startLabApp(lab);
});
afterEach(async () => {
  await app.close();
  await lab.remove();
});

function configIn({ text }: Answer): Record<string, unknown> {
  const json = /type="application\/json">([^]*?)<\/script>/.exec(text)?.[1] ?? '';
  return JSON.parse(json) as Record<string, unknown>;
}
const multiple = 'multiple-document';
const single = 'single-document';

describe('a page', () => {
  test.each([
    ['lab', { mode: multiple, workspace: 'default', treePath: '' }],
    ['lab?reset', { mode: multiple, workspace: 'default', treePath: '' }],
    ['lab/tree/a%20b/%C3%BC%23%3F%2525.txt', { mode: multiple, treePath: 'a b/ü#?%25.txt' }],
    ['lab/workspaces/mine', { mode: multiple, workspace: 'mine', treePath: '' }],
    ['lab/workspaces/auto-x/tree/book.ipynb', { workspace: 'auto-x', treePath: 'book.ipynb' }],
    ['doc', { mode: single, workspace: 'default' }],
    ['doc/tree/plain.txt', { mode: single, treePath: 'plain.txt' }],
    ['doc/workspaces/mine', { mode: single, workspace: 'mine' }],
  ])('%s says %j', async (path, said) => {
    const page = await app.ask(`/b/${path}`);
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(configIn(page)).toMatchObject({ ...said, baseUrl: '/b/' });
    expect(configIn(page)).not.toHaveProperty('notFoundUrl');
    expect(page.text).toContain('src="/b/static/lab/main.js"');
  });

  test.each(['lab/nonsense', 'lab/api/nonsense', 'lab/workspaces/a%20b', 'lab/tree'])(
    '%s is unknown, which the page itself says, with its scripts and cookie',
    async (path) => {
      const page = await app.ask(`/b/${path}`);
      expect(page.status).toBe(200);
      expect(configIn(page)).toMatchObject({ notFoundUrl: `/b/${path}`, workspace: 'default' });
      expect(page.headers['content-security-policy']).not.toContain('default-src');
      expect(cookiePair(page.cookies, '_xsrf')).not.toBe('');
    },
  );

  test.each(['doc/nonsense', 'Lab', 'laboratory'])('%s is none', async (path) => {
    expect((await app.ask(`/b/${path}`)).status).toBe(404);
  });

  test.each([
    ['lab/', '/b/lab'],
    ['lab/tree/folder//?x=1', '/b/lab/tree/folder?x=1'],
  ])('%s is shown without its last slash', async (path, location) => {
    const answer = await app.ask(`/b/${path}`);
    expect(answer).toMatchObject({ status: 301, text: '' });
    expect(answer.headers.location).toBe(location);
  });

  test('has the token of who came with one, and none for a cookie alone (I10)', async () => {
    const page = await app.ask('/b/lab');
    expect(configIn(page)['token']).toBe(TOKEN);
    expect(page.headers['cache-control']).toBe('no-store');
    const cookie = cookiePair(page.cookies, 'username-');
    const again = await app.ask('/b/lab', { auth: 'none', headers: { cookie } });
    expect(again.status).toBe(200);
    expect(configIn(again)['token']).toBe('');
    const nobody = await app.ask('/b/lab/tree/x', { auth: 'none' });
    expect(nobody.status).toBe(302);
    expect(nobody.headers.location).toBe('/b/login?next=%2Fb%2Flab%2Ftree%2Fx');
  });

  test('is explained where JupyterLab is not installed', async () => {
    await rm(join(lab.folder, LAB, 'static', 'index.html'));
    const page = await app.ask('/b/lab');
    expect(page.status).toBe(503);
    expect(page.text).toContain('-m pip install jupyterlab');
  });
});
