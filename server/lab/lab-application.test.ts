import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installLab, LAB } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';

let lab: InstalledLab;
beforeEach(async () => {
  lab = await installLab({ baseUrl: '/user/ada/' });
});
afterEach(() => lab.remove());

const disabled = async (): Promise<unknown> => (await lab.application.pageConfig())?.['disabledExtensions'];
const ANNOUNCEMENTS = '@jupyterlab/apputils-extension:announcements';

describe('the page config', () => {
  test('says where everything is, below the base URL', async () => {
    const config = await lab.application.pageConfig();
    expect(config).toMatchObject({
      appVersion: '4.6.6',
      baseUrl: '/user/ada/',
      fullStaticUrl: '/user/ada/static/lab',
      settingsUrl: '/lab/api/settings',
      fullSettingsUrl: '/user/ada/lab/api/settings',
      notebookVersion: '[2, 21, 1]',
      labextensionsPath: lab.directories.labextensions,
      extraLabextensionsPath: [join(lab.folder, 'ours')],
      federated_extensions: [],
    });
    expect(config).not.toHaveProperty('token');
  });

  test('is layered: application, environment, person; parts before the file of each folder', async () => {
    await lab.put(`${LAB}/settings/page_config.json`, { disabledExtensions: ['by-application'], own: 'app' });
    await lab.put('env/labconfig/page_config.json', {
      disabledExtensions: { 'by-environment': true },
      own: 'env',
    });
    await lab.put('user/labconfig/page_config.d/1.json', {
      own: 'part 1',
      disabledExtensions: { part: true },
    });
    await lab.put('user/labconfig/page_config.d/2.json', { own: 'part 2' });
    await lab.put('user/labconfig/page_config.json', {
      disabledExtensions: { 'by-environment': false },
      lockedExtensions: { locked: true },
      deep: { a: true, b: false },
    });
    expect(await lab.application.pageConfig()).toMatchObject({
      disabledExtensions: [ANNOUNCEMENTS, 'by-application', 'part'],
      lockedExtensions: ['locked'],
      deep: ['a'],
      own: 'part 2',
    });
  });

  test.each(['on', 'off'] as const)(
    'with collaboration %s leaves out an installed client of jupyter-collaboration, and what that replaces',
    async (collaboration) => {
      const other = await installLab({ collaboration });
      await other.putExtension('data/labextensions', '@jupyter/docprovider-extension', {
        disabledExtensions: ['@jupyterlab/notebook-extension:cell-executor'],
      });
      const config = await other.application.pageConfig();
      const ours = [
        '@jupyterlab/notebook-extension:cell-executor',
        '@jupyterlab/hub-extension:connectionlost',
      ];
      const replaced = collaboration === 'on' ? ours : [];
      expect(config?.['disabledExtensions']).toEqual([
        ...replaced,
        ANNOUNCEMENTS,
        '@jupyter/docprovider-extension',
      ]);
      expect(config?.['inTheLoopCollaboration']).toBe(collaboration === 'on' ? 'on' : undefined);
      expect(config).not.toHaveProperty('serverSideExecution');
      await other.remove();
    },
  );

  test('replaces nothing of JupyterLab where somebody has disabled our extension', async () => {
    const other = await installLab({ collaboration: 'on' });
    await other.put('user/labconfig/page_config.json', {
      disabledExtensions: { '@in-the-loop/lab-extension': true },
    });
    const config = await other.application.pageConfig();
    expect(config?.['disabledExtensions']).toEqual([ANNOUNCEMENTS, '@in-the-loop/lab-extension']);
    await other.remove();
  });

  test('with collaboration stock tells the client of jupyter-collaboration to leave runs to the server (I2)', async () => {
    const other = await installLab({ collaboration: 'stock' });
    await other.putExtension('data/labextensions', '@jupyter/docprovider-extension', {
      disabledExtensions: ['@jupyterlab/notebook-extension:cell-executor'],
    });
    const config = await other.application.pageConfig();
    expect(config).toMatchObject({
      inTheLoopCollaboration: 'stock',
      disableRTC: false,
      serverSideExecution: true,
      disabledExtensions: ['@jupyterlab/notebook-extension:cell-executor', ANNOUNCEMENTS],
    });
    await other.remove();
  });

  test('takes JSON5 with comments before JSON beside the application', async () => {
    await lab.put(`${LAB}/settings/page_config.json`, { own: 'json' });
    await lab.put(`${LAB}/settings/page_config.json5`, "{ // why\n own: 'json5', }");
    expect((await lab.application.pageConfig())?.['own']).toBe('json5');
  });

  test('a broken file is passed over, and told', async () => {
    await lab.put('user/labconfig/page_config.json', '{broken');
    await lab.put('env/labconfig/page_config.json', { own: 'env' });
    expect((await lab.application.pageConfig())?.['own']).toBe('env');
    expect(lab.warnings).toEqual([expect.stringContaining('user/labconfig/page_config.json')]);
  });

  test('follows every change, also of what was not there, and is the same object while nothing changes', async () => {
    const before = await lab.application.pageConfig();
    expect(await lab.application.pageConfig()).toBe(before);
    const file = await lab.put('user/labconfig/page_config.json', { disabledExtensions: { x: true } });
    expect(await disabled()).toEqual([ANNOUNCEMENTS, 'x']);
    await lab.put('user/labconfig/page_config.json', { disabledExtensions: { x: false, yy: true } });
    expect(await disabled()).toEqual([ANNOUNCEMENTS, 'yy']);
    await rm(file);
    expect(await disabled()).toEqual([ANNOUNCEMENTS]);
    await lab.putExtension('data/labextensions', '@scope/late');
    expect(await lab.application.pageConfig()).toMatchObject({
      federated_extensions: [{ name: '@scope/late' }],
    });
  });
});

describe('prebuilt extensions', () => {
  test('the first folder with a name wins, ours before all', async () => {
    await lab.putExtension('prefix/share/jupyter/labextensions', 'plain');
    await lab.putExtension('data/labextensions', 'plain', {
      _build: { load: 'static/own.js', style: './style' },
    });
    await lab.putExtension('ours', '@in-the-loop/lab-extension');
    expect((await lab.application.pageConfig())?.['federated_extensions']).toEqual([
      {
        name: '@in-the-loop/lab-extension',
        load: 'static/remoteEntry.js',
        extension: './extension',
        entrypoints: null,
      },
      { name: 'plain', load: 'static/own.js', style: './style', entrypoints: null },
    ]);
  });

  test('one that was not built is left out, and told; hidden folders are what a package manager is busy with', async () => {
    await lab.putExtension('data/labextensions', 'source', { _build: undefined });
    await lab.putExtension('data/labextensions', '.pip-is-here');
    await lab.put('data/labextensions/no-name/package.json', {});
    await lab.put('data/labextensions/broken/package.json', '{');
    expect((await lab.application.pageConfig())?.['federated_extensions']).toEqual([]);
    expect(lab.warnings).toEqual([expect.stringContaining('broken'), expect.stringContaining('source')]);
  });

  test('one disables what it replaces, and so does what the application is built from', async () => {
    await lab.putExtension('data/labextensions', 'better', { disabledExtensions: ['core:worse'] });
    await lab.put(`${LAB}/static/package.json`, {
      jupyterlab: {
        version: '4.6.6',
        extensionMetadata: { core: { disabledExtensions: ['other'] }, odd: 5 },
      },
    });
    expect(await disabled()).toEqual(['core:worse', 'other', ANNOUNCEMENTS]);
  });
});

test('without JupyterLab there is no config, until it is installed', async () => {
  const index = join(lab.folder, LAB, 'static', 'index.html');
  await rm(index);
  expect(await lab.application.state()).toBeNull();
  await lab.put(`${LAB}/static/index.html`, 'again');
  expect(await lab.application.state()).toMatchObject({ installation: { version: '4.6.6' } });
});
