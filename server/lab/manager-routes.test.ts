import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer, AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { installLab } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { startLabApp } from '../../test/doubles/lab-app.ts';
import { semanticVersion } from './installed-extensions.ts';
import { isLocked } from './plugin-manager.ts';

let lab: InstalledLab;
let app: AppUnderTest;
beforeEach(async () => {
  lab = await installLab();
  app = await startLabApp(lab);
});
afterEach(async () => {
  await app.close();
  await lab.remove();
});
const post = (path: string, body: object): Promise<Answer> =>
  app.ask(`/lab/api/${path}`, { method: 'POST', body: JSON.stringify(body) });
const stored = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(lab.folder, 'env/labconfig/page_config.json'), 'utf8')) as unknown;

test('installed extensions are listed, and whether they are enabled; nothing is searched for', async () => {
  await lab.putExtension('data/labextensions', 'one');
  await lab.putExtension('data/labextensions', 'off');
  await lab.put('user/labconfig/page_config.json', { disabledExtensions: { off: true } });
  const answer = await app.ask('/lab/api/extensions?per_page=5');
  expect(answer.json()).toEqual([
    expect.objectContaining({ name: 'off', enabled: false, installed: true, pkg_type: 'prebuilt' }),
    expect.objectContaining({ name: 'one', enabled: true, installed_version: '1.0.0', latest_version: null }),
  ]);
  const url = `http://127.0.0.1:${app.port}/lab/api/extensions?page=1&per_page=5`;
  const { headers } = await app.ask('/lab/api/extensions?per_page=5', {
    headers: { host: `127.0.0.1:${app.port}` },
  });
  expect(headers.link).toBe(`<${url}>; rel="last", <${url}>; rel="first"`);
  const found = await app.ask('/lab/api/extensions?query=a%22%3E%3Cb');
  expect(found.json()).toEqual([]);
  expect(found.headers.link).toContain('per_page=30&query=a%22%3E%3Cb>; rel="last"');
});

test('installing is left to the package manager, and said how', async () => {
  const answer = await post('extensions', { cmd: 'install', extension_name: 'jupyterlab-git' });
  expect(answer.status).toBe(500);
  expect(answer.json()).toMatchObject({
    status: 'error',
    message: expect.stringContaining('-m pip install jupyterlab-git') as unknown,
    needs_restart: [],
  });
});

test('plugins are disabled and enabled for the environment, keeping what else is configured there', async () => {
  await lab.put('env/labconfig/page_config.json', { own: 1, disabledExtensions: { a: true } });
  const done = { status: 'ok', message: null, needs_restart: ['frontend'] };
  const disable = await post('plugins', { cmd: 'disable', plugin_name: 'x:plugin' });
  expect(disable).toMatchObject({ status: 201 });
  expect(disable.json()).toEqual(done);
  expect(await stored()).toEqual({ own: 1, disabledExtensions: { a: true, 'x:plugin': true } });
  expect((await lab.application.pageConfig())?.['disabledExtensions']).toContain('x:plugin');
  await Promise.all([
    post('plugins', { cmd: 'enable', plugin_name: 'x:plugin' }),
    post('plugins', { cmd: 'disable', plugin_name: 'y' }),
    post('extensions', { cmd: 'disable', extension_name: 'z' }),
  ]);
  expect(await stored()).toEqual({
    own: 1,
    disabledExtensions: { a: true, 'x:plugin': false, y: true, z: true },
  });
});

test('what is locked stays as it is', async () => {
  await lab.put('user/labconfig/page_config.json', { lockedExtensions: { 'x:plugin': true, free: false } });
  expect((await app.ask('/lab/api/plugins')).json()).toEqual({ lockRules: ['x:plugin'], allLocked: false });
  const refused = await post('plugins', { cmd: 'disable', plugin_name: 'x:plugin' });
  expect(refused.status).toBe(500);
  expect(refused.json()).toMatchObject({
    status: 'error',
    message: expect.stringContaining('locked') as unknown,
  });
  await expect(stored()).rejects.toThrow('ENOENT');
});

test.each([
  ['plugins', {}, 400],
  ['plugins', { cmd: 'nonsense', plugin_name: 'x' }, 422],
  ['plugins', { cmd: 'disable', plugin_name: '' }, 422],
  ['extensions', [], 400],
  ['extensions', { cmd: 'nonsense', extension_name: 'x' }, 422],
])('POST to %s of %j is refused with %d', async (path, body, status) => {
  expect((await post(path, body)).status).toBe(status);
});

test.each([
  ['x:plugin', ['x:plugin'], true],
  ['x:plugin', ['x'], true],
  ['x:other', ['x:plugin'], false],
  ['x', ['x:plugin'], true],
  ['x', ['xy'], false],
])('%s is locked by %j: %s', (name, rules, locked) => {
  expect(isLocked(name, rules)).toBe(locked);
});

test.each([
  ['1.2.3', '1.2.3'],
  ['4.0.0rc1', '4.0.0-rc.1'],
  ['4.0.0a2', '4.0.0-alpha.2'],
  ['4.0.0b0.dev1', '4.0.0-beta.0'],
])('Python’s version %s is %s', (python, semantic) => {
  expect(semanticVersion(python)).toBe(semantic);
});

test.each([
  ['build', { status: 'stable', message: '' }],
  ['news', { news: [] }],
  ['update', { notification: null }],
])('there is nothing to do or to tell at %s', async (path, body) => {
  expect((await app.ask(`/lab/api/${path}`)).json()).toEqual(body);
});
