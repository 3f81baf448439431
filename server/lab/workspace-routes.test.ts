import { readdir, readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer, AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { installLab } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { startLabApp } from '../../test/doubles/lab-app.ts';

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
const put = (name: string, body: string): Promise<Answer> =>
  app.ask(`/lab/api/workspaces/${name}`, { method: 'PUT', body });
const workspace = (id: string): string => JSON.stringify({ data: { a: 1 }, metadata: { id } });
const ids = async (): Promise<unknown> =>
  ((await app.ask('/lab/api/workspaces')).json() as { workspaces: { ids: unknown } }).workspaces.ids;

test('one that was never stored is empty, and its id starts with a slash', async () => {
  const answer = await app.ask('/lab/api/workspaces/default');
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.json()).toEqual({ data: {}, metadata: { id: '/default' } });
  expect(await ids()).toEqual([]);
});

test('what is stored is found under Jupyter’s name for it, with its times', async () => {
  expect((await put('default', workspace('default'))).status).toBe(204);
  expect((await put('default', workspace('/default'))).status).toBe(204);
  expect(await readdir(lab.directories.workspaces)).toEqual(['default-37a8.jupyterlab-workspace']);
  const file = `${lab.directories.workspaces}/default-37a8.jupyterlab-workspace`;
  expect(await readFile(file, 'utf8')).toBe(workspace('/default'));
  const time = expect.stringMatching(/\+00:00$/) as unknown;
  expect((await app.ask('/lab/api/workspaces/default')).json()).toEqual({
    data: { a: 1 },
    metadata: { id: '/default', last_modified: time, created: time },
  });
});

test.each([
  ['ünï ☃', 'ünï ☃'],
  ['a/b', 'a/b'],
  ['a/b', 'a%2Fb'],
  ['..', '..'],
])('%s, called %s by itself, is stored and removed', async (name, id) => {
  const encoded = name === '..' ? '%2E%2E' : encodeURIComponent(name);
  expect((await put(encoded, workspace(id))).status).toBe(204);
  expect(await ids()).toEqual([id]);
  expect(await readdir(lab.directories.workspaces)).toHaveLength(1);
  const removed = await app.ask(`/lab/api/workspaces/${encoded}`, { method: 'DELETE' });
  expect(removed.status).toBe(204);
  expect((await app.ask(`/lab/api/workspaces/${encoded}`, { method: 'DELETE' })).status).toBe(404);
  expect(await ids()).toEqual([]);
});

test.each([
  ['', 'Unexpected end of JSON input'],
  ['{"', 'Unterminated string'],
  ['[]', 'A workspace is a JSON object'],
  ['{"data": {}}', 'A workspace needs an id'],
  ['{"data": {}, "metadata": {"id": 5}}', 'A workspace needs an id'],
  [workspace('other'), "expected 'mine' got '/other'"],
])('%s is refused', async (body, message) => {
  const answer = await put('mine', body);
  expect(answer.status).toBe(400);
  expect((answer.json() as { message: string }).message).toContain(message);
  expect(await ids()).toEqual([]);
});

test.each(['PUT', 'DELETE'])('%s needs a name', async (method) => {
  expect((await app.ask('/lab/api/workspaces', { method, body: workspace('') })).status).toBe(400);
});

test('one broken file does not hide the others', async () => {
  await put('mine', workspace('mine'));
  await lab.put('user/lab/workspaces/broken-0000.jupyterlab-workspace', '{');
  await lab.put('user/lab/workspaces/odd-0000.jupyterlab-workspace', '[]');
  await lab.put('user/lab/workspaces/notes.txt', 'no workspace');
  expect(await ids()).toEqual(['mine']);
  expect(lab.warnings).toHaveLength(2);
});
