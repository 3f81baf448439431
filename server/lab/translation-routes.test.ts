import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { compiledCatalogue } from '../../test/doubles/compiled-catalogue.ts';
import { installLab, LAB } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { startLabApp } from '../../test/doubles/lab-app.ts';

const PACKAGES = 'prefix/lib/python3.11/site-packages';
const PACK = `${PACKAGES}/jupyterlab_language_pack_fr_FR/locale/fr_FR/LC_MESSAGES`;
const texts = (version: string, more: object = {}): object => ({
  '': { domain: 'jupyterlab', version, language: 'fr_FR' },
  File: ['Fichier'],
  ...more,
});

let lab: InstalledLab;
let app: AppUnderTest;
beforeEach(async () => {
  lab = await installLab();
  app = await startLabApp(lab, 'en_US');
  await lab.put(`${LAB}/schemas/plain/plugin.json`, { title: 'Theme', type: 'object', properties: {} });
  await lab.put(`${LAB}/schemas/@jupyterlab/translation-extension/plugin.json`, {
    type: 'object',
    properties: { locale: { type: 'string', default: 'default' } },
  });
});
afterEach(async () => {
  await app.close();
  await lab.remove();
});

async function installPack(): Promise<void> {
  await lab.put(
    `${PACKAGES}/jupyterlab_language_pack_fr_FR-4.0.dist-info/entry_points.txt`,
    '[jupyterlab.languagepack]\nfr_FR = jupyterlab_language_pack_fr_FR\nzz_ZZ = nonsense\n',
  );
  await lab.put(`${PACK}/jupyterlab.json`, texts('4.0'));
  await lab.put(`${PACK}/own_extension.json`, texts('1.0', { Run: ['Exécuter'] }));
  await lab.put(`${PACK}/broken.json`, '{');
  const mo = await lab.put(`${PACK}/jupyterlab.mo`, '');
  await writeFile(mo, compiledCatalogue({ 'schema\u0004Theme': 'Thème' }));
  await lab.put(`${PACK}/broken.mo`, 'broken');
}
const json = async (path: string): Promise<unknown> => (await app.ask(path)).json();

test('without language packs there is English, and other languages are said not to be installed', async () => {
  expect(await json('/lab/api/translations')).toEqual({
    data: { en: { displayName: 'English', nativeName: 'English' } },
    message: '',
  });
  const missing = (locale: string): unknown => ({
    data: {},
    message: `Language pack '${locale}' not installed!`,
  });
  expect(await json('/lab/api/translations/fr_FR')).toEqual(missing('fr_FR'));
  expect(await json('/lab/api/translations/default')).toEqual(missing('en_US'));
  expect(await json('/lab/api/translations/nonsense%20locale')).toEqual({
    data: {},
    message: "Language pack 'nonsense locale' not valid!",
  });
});

test('a language pack installed while the server runs is listed, in the language that is shown', async () => {
  await json('/lab/api/translations');
  await installPack();
  expect(await json('/lab/api/translations')).toEqual({
    data: {
      en: { displayName: 'English', nativeName: 'English' },
      fr_FR: { displayName: 'French (France)', nativeName: 'Français (France)' },
    },
    message: 'The following locales are invalid: zz_ZZ!',
  });
  await app.ask('/lab/api/settings/@jupyterlab/translation-extension:plugin', {
    method: 'PUT',
    body: JSON.stringify({ raw: '{"locale": "fr_FR"}' }),
  });
  expect(await json('/lab/api/translations')).toMatchObject({
    data: {
      en: { displayName: 'Anglais', nativeName: 'English' },
      fr_FR: { displayName: 'Français (France)', nativeName: 'Français (France)' },
    },
  });
});

test('its texts are sent by domain; an extension’s own win where they are newer', async () => {
  await installPack();
  await lab.put(
    `${PACKAGES}/own-2.0.dist-info/entry_points.txt`,
    '[jupyterlab.locale]\nown_extension = own_extension\nolder = older\n',
  );
  const own = (name: string): string => `${PACKAGES}/${name}/locale/fr_FR/LC_MESSAGES/${name}.json`;
  await lab.put(own('own_extension'), texts('2.0', { Run: ['Lancer'] }));
  await lab.put(own('older'), texts('0.1'));
  const reply = (await json('/lab/api/translations/fr_FR')) as {
    data: Record<string, object>;
    message: string;
  };
  expect(reply.message).toBe('');
  expect(Object.keys(reply.data).sort()).toEqual(['jupyterlab', 'older', 'own_extension']);
  expect(reply.data['jupyterlab']).toMatchObject({ File: ['Fichier'] });
  expect(reply.data['own_extension']).toMatchObject({ File: ['Fichier'], Run: ['Lancer'] });
  expect(lab.warnings).toEqual([expect.stringContaining('broken.json')]);
});

test('schemas are put into the language that a person chose, and only then', async () => {
  await installPack();
  const title = async (): Promise<unknown> =>
    ((await json('/lab/api/settings/plain:plugin')) as { schema: { title: string } }).schema.title;
  expect(await title()).toBe('Theme');
  await app.ask('/lab/api/settings/@jupyterlab/translation-extension:plugin', {
    method: 'PUT',
    body: JSON.stringify({ raw: '{"locale": "fr_FR"}' }),
  });
  expect(await title()).toBe('Thème');
  const listed = (await json('/lab/api/settings')) as {
    settings: { id: string; schema: { title?: string } }[];
  };
  expect(listed.settings.find(({ id }) => id === 'plain:plugin')?.schema.title).toBe('Thème');
  expect(lab.warnings).toEqual([expect.stringContaining(join('LC_MESSAGES', 'broken.mo'))]);
});
