import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { installLab, LAB } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { startLabApp } from '../../test/doubles/lab-app.ts';

const THEMES = '@jupyterlab/apputils-extension:themes';
const FILE = 'user/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings';
const schema = {
  title: 'Theme',
  type: 'object',
  properties: { theme: { type: 'string', default: 'Light' } },
  additionalProperties: false,
};

let lab: InstalledLab;
let app: AppUnderTest;
beforeEach(async () => {
  lab = await installLab();
  await lab.put(`${LAB}/schemas/@jupyterlab/apputils-extension/themes.json`, schema);
  await lab.put(`${LAB}/schemas/@jupyterlab/apputils-extension/package.json.orig`, { version: '4.6.6' });
  await lab.put(`${LAB}/schemas/plain/plugin.json`, { type: 'object', properties: {} });
  app = await startLabApp(lab);
});
afterEach(async () => {
  await app.close();
  await lab.remove();
});
const get = async (id: string): Promise<Record<string, unknown>> =>
  (await app.ask(`/lab/api/settings/${id}`)).json() as Record<string, unknown>;
const list = async (): Promise<Record<string, unknown>[]> =>
  ((await app.ask('/lab/api/settings')).json() as { settings: Record<string, unknown>[] }).settings;
const put = async (raw: unknown, id = THEMES): Promise<[number, string]> => {
  const answer = await app.ask(`/lab/api/settings/${id}`, { method: 'PUT', body: JSON.stringify({ raw }) });
  return [answer.status, answer.text];
};

describe('what is set', () => {
  test('is the defaults of the schema where nobody set anything', async () => {
    const nothing = { raw: '{}', settings: {}, last_modified: null, created: null };
    expect(await get(THEMES)).toEqual({ id: THEMES, schema, version: '4.6.6', ...nothing });
    expect(await list()).toEqual([
      expect.objectContaining({ id: 'plain:plugin', version: 'N/A' }),
      { id: THEMES, schema, version: '4.6.6', ...nothing, warning: null },
    ]);
    const ids = await app.ask('/lab/api/settings?ids_only=true&1795226178250');
    expect(ids.json()).toEqual({ settings: [{ id: 'plain:plugin' }, { id: THEMES }] });
  });

  test('is what was saved, verbatim and in the place where Jupyter looks for it', async () => {
    const raw = '{\n  // why\n  "theme": "Dark",\n}';
    expect(await put(raw)).toEqual([204, '']);
    expect(await readFile(join(lab.folder, FILE), 'utf8')).toBe(raw);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/) as unknown;
    const model = { raw, settings: { theme: 'Dark' }, created: time, last_modified: time };
    expect(await get(THEMES)).toMatchObject(model);
    expect(await list()).toContainEqual(expect.objectContaining(model));
  });

  test('is seen at once when another server or an editor changes it', async () => {
    const before = await list();
    await lab.put(FILE, '{"theme": "Dark"}');
    expect(await get(THEMES)).toMatchObject({ settings: { theme: 'Dark' } });
    expect(await list()).not.toEqual(before);
    await lab.put(FILE, '');
    expect(await get(THEMES)).toMatchObject({ raw: '{}', settings: {} });
  });

  test('is left out where the schema refuses it, and where it is no JSON5, without harm to the others', async () => {
    await lab.put(FILE, '{"theme": 5}');
    expect(await get(THEMES)).toMatchObject({
      raw: '{}',
      settings: {},
      last_modified: expect.any(String) as unknown,
    });
    expect((await list())[1]).not.toHaveProperty('warning');
    expect(lab.warnings.at(-1)).toContain(`Failed validating settings (${THEMES})`);
    await lab.put(FILE, '{broken');
    expect((await app.ask(`/lab/api/settings/${THEMES}`)).status).toBe(500);
    expect(await list()).toHaveLength(2);
  });
});

describe('saving', () => {
  test.each([
    ['{broken', 400, 'Failed parsing settings'],
    ['', 400, 'Failed parsing settings'],
    ['{"theme": 5}', 400, 'Failed validating input: settings/theme must be string'],
    ['{"other": 1}', 400, 'Failed validating input'],
    ['[]', 400, 'Failed validating input'],
    [5, 400, 'Invalid format for JSON payload'],
    [undefined, 400, 'Invalid format for JSON payload'],
  ])('%j is refused with %d', async (raw, status, message) => {
    const [got, text] = await put(raw);
    expect(got).toBe(status);
    expect(text).toContain(message);
    await expect(readFile(join(lab.folder, FILE))).rejects.toThrow('ENOENT');
  });

  test.each(['missing:plugin', 'nonsense', '..%2F..%2Fescape:plugin'])(
    'nothing is written for %s, which has no schema',
    async (id) => {
      expect((await put('{}', id))[0]).toBe(404);
      await expect(readFile(join(lab.folder, 'user', 'escape'))).rejects.toThrow('ENOENT');
    },
  );

  test('needs somebody who is signed in', async () => {
    const asked = { method: 'PUT', body: '{"raw": "{}"}', auth: 'none' } as const;
    expect((await app.ask(`/lab/api/settings/${THEMES}`, asked)).status).toBe(403);
  });
});

describe('schemas', () => {
  test('of an extension replace the application’s, the first folder winning', async () => {
    const own = { ...schema, title: 'Better' };
    const path = 'apputils-extension/schemas/@jupyterlab/apputils-extension/themes.json';
    await lab.put(`prefix/share/jupyter/labextensions/@jupyterlab/${path}`, { ...schema, title: 'Lower' });
    await lab.put(`data/labextensions/@jupyterlab/${path}`, own);
    expect((await get(THEMES))['schema']).toEqual(own);
  });

  test('one that is broken or no schema is left out, and told', async () => {
    await lab.put(`${LAB}/schemas/plain/broken.json`, '{');
    await lab.put(`${LAB}/schemas/plain/odd.json`, { type: 'no type' });
    expect((await list()).map(({ id }) => id)).toEqual(['plain:plugin', THEMES]);
    expect(lab.warnings).toEqual([
      expect.stringContaining('plain/broken.json'),
      expect.stringContaining('Failed validating schema (plain:odd)'),
    ]);
  });

  test('have the defaults that were overridden', async () => {
    await lab.put('user/labconfig/default_setting_overrides.json', { [THEMES]: { theme: 'Dark' } });
    expect((await get(THEMES))['schema']).toMatchObject({ properties: { theme: { default: 'Dark' } } });
  });
});
