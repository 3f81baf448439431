import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { Answer, AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { NotebookPackage } from './notebook-installation.ts';
import type { PageConfig } from './notebook-page-config.ts';
import { notebookRoutes } from './notebook-routes.ts';
import type { ContentsKind } from './notebook-routes.ts';

const PACKAGE = 'lib/python3.11/site-packages/notebook';
const KINDS: Readonly<Record<string, ContentsKind>> = {
  '': 'directory',
  folder: 'directory',
  'ünï ☃': 'directory',
  'book.ipynb': 'notebook',
  'a b/b#?%.ipynb': 'notebook',
  'plain (1).txt': 'file',
};

let folder: string;
let app: AppUnderTest;
let labPageConfig: PageConfig | null;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'notebook-')));
  for (const page of ['tree', 'notebooks', 'edit', 'consoles', 'terminals'])
    await put(`${PACKAGE}/templates/${page}.html`, page);
  await put(`${PACKAGE}/_version.py`, '__version__ = "7.6.5"\n');
  await put(`${PACKAGE}/custom/custom.css`, '/* the package’s */');
  labPageConfig = {
    appName: 'JupyterLab',
    baseUrl: '/b/',
    serverRoot: '/home/ada',
    ignorePlugins: [],
    settingsUrl: '/lab/api/settings',
  };
  app = await startApp({
    baseUrl: '/b/',
    authenticatedRoutes: () => [
      notebookRoutes({
        notebook: new NotebookPackage(folder),
        authorize: authorizeSignedIn,
        baseUrl: '/b/',
        userConfigDirectory: join(folder, 'config'),
        prefix: folder,
        labPageConfig: () => Promise.resolve(labPageConfig),
        renderPage: (template, config, customCss) =>
          Promise.resolve(JSON.stringify({ template: template.slice(folder.length + 1), config, customCss })),
        tokenFor: () => 'own token',
        kindOf: (path) => Promise.resolve(KINDS[path] ?? null),
      }),
    ],
  });
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function put(path: string, content: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}
const get = (path: string): Promise<Answer> => app.ask(`/b/${path}`);

describe('pages', () => {
  test.each([
    ['tree', 'tree', ''],
    ['tree/', 'tree', ''],
    ['tree/folder', 'tree', 'folder'],
    [`tree/${encodeURIComponent('ünï ☃')}/`, 'tree', 'ünï ☃'],
    ['notebooks/book.ipynb', 'notebooks', undefined],
    ['notebooks/missing.ipynb', 'notebooks', undefined],
    ['edit/plain.txt', 'edit', undefined],
    ['edit', 'edit', undefined],
    ['consoles/x', 'consoles', undefined],
    ['terminals/1', 'terminals', undefined],
  ])('%s is the page %s', async (path, page, treePath) => {
    const answer = await get(path);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    const rendered = answer.json() as { template: string; config: PageConfig; customCss: boolean };
    expect(rendered).toMatchObject({ template: `${PACKAGE}/templates/${page}.html`, customCss: true });
    expect(rendered.config['treePath']).toBe(treePath);
  });

  test('are told what is Notebook’s own, what they share with Lab, and the token of who asks', async () => {
    const { config } = (await get('tree')).json() as { config: PageConfig };
    expect(config).toEqual({
      appName: 'Jupyter Notebook',
      appNamespace: 'notebook',
      appVersion: '7.6.5',
      baseUrl: '/b/',
      cacheFiles: true,
      frontendUrl: '/b/',
      fullStaticUrl: '/b/static/notebook',
      jupyterConfigDir: join(folder, 'config'),
      settingsUrl: '/lab/api/settings',
      staticDir: join(folder, PACKAGE, 'static'),
      templatesDir: join(folder, PACKAGE, 'templates'),
      token: 'own token',
      treePath: '',
    });
  });

  test.each([
    ['tree/book.ipynb', '/b/notebooks/book.ipynb'],
    ['tree/a%20b/b%23%3F%25.ipynb', '/b/notebooks/a%20b/b%23%3F%25.ipynb'],
    ['tree/plain%20(1).txt', '/b/files/plain%20%281%29.txt'],
    ['notebooks/folder', '/b/tree/folder'],
    ['notebooks', '/b/tree'],
  ])('%s leads to %s', async (path, location) => {
    const answer = await get(path);
    expect(answer).toMatchObject({ status: 302, text: '' });
    expect(answer.headers.location).toBe(location);
  });

  test.each(['tree/missing', 'tree/.hidden', 'consoles', 'terminals', 'trees'])(
    '%s is none',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  test('are for who is signed in', async () => {
    const answer = await app.ask('/b/tree', { auth: 'none' });
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('/b/login?next=%2Fb%2Ftree');
  });
});

describe('where something is not installed', () => {
  test('it is said what to do, and noticed once it is done', async () => {
    await rm(join(folder, PACKAGE), { recursive: true });
    const answer = await get('tree');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('Jupyter Notebook is not installed');
    expect(answer.text).toContain('-m pip install notebook');
    await put(`${PACKAGE}/templates/tree.html`, 'tree');
    await put(`${PACKAGE}/_version.py`, "__version__ = '8.0.0'\n");
    expect((await get('tree')).json()).toMatchObject({ config: { appVersion: '8.0.0' } });
  });

  test('also where only JupyterLab is missing', async () => {
    labPageConfig = null;
    const answer = await get('tree');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('JupyterLab is not installed');
  });
});

describe('the stylesheet', () => {
  const css = async (): Promise<string> => (await get('custom/custom.css')).text;
  test('is the person’s own, then the package’s, then empty', async () => {
    expect(await css()).toBe('/* the package’s */');
    await put('config/custom/custom.css', 'own {}');
    expect(await css()).toBe('own {}');
    await put('config/custom/custom.css', 'changed {}');
    expect(await css()).toBe('changed {}');
    await rm(join(folder, 'config'), { recursive: true });
    await rm(join(folder, PACKAGE), { recursive: true });
    expect(await css()).toBe('');
    expect((await get('custom/custom.css')).headers['content-type']).toBe('text/css; charset=utf-8');
  });
});
