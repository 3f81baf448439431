import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import type { Deviation } from './deviation.ts';
import { writeSampleFiles } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

const brokenSettings = 'lab/user-settings/@jupyterlab/console-extension/tracker.jupyterlab-settings';

function writeBrokenSettings({ folders }: JupyterServerProcess): void {
  mkdirSync(dirname(join(folders.config, brokenSettings)), { recursive: true });
  writeFileSync(join(folders.config, brokenSettings), '{broken');
}
const removeBrokenSettings = ({ folders }: JupyterServerProcess): void =>
  rmSync(join(folders.config, brokenSettings));

function prepare(server: JupyterServerProcess): void {
  writeSampleFiles(server);
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(server.folders.config, path)), { recursive: true });
    writeFileSync(join(server.folders.config, path), content);
  };
  put(
    'labconfig/page_config.json',
    '{"disabledExtensions": {"@jupyterlab/mermaid-extension": true, "x": false}, "lockedExtensions": {"@jupyterlab/help-extension:about": true}}',
  );
  put(
    'labconfig/page_config.d/10.json',
    '{"disabledExtensions": {"y": true}, "ownKey": {"a": true, "b": false}}',
  );
  put(
    'labconfig/default_setting_overrides.json',
    '{"@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Dark"}}',
  );
  put(
    'lab/user-settings/@jupyterlab/terminal-extension/plugin.jupyterlab-settings',
    '{\n  // a comment\n  "fontSize": 17\n}',
  );
  put('lab/user-settings/@jupyterlab/fileeditor-extension/plugin.jupyterlab-settings', '{"editorConfig": 5}');
}
const pair = startServerPair(prepare);
const get = (path: string, more: Partial<RequestRow> = {}): RequestRow => ({ path, ...more });
const row = (method: string, path: string, body?: unknown, more: Partial<RequestRow> = {}): RequestRow => ({
  method,
  path,
  ...(body === undefined ? {} : { body }),
  ...more,
});
const anonymous: Partial<RequestRow> = { auth: 'none', note: 'without a token' };
// What only says where a server's own files lie, or is drawn at random.
const ignore = ['store_id'];
/** Bad input is the client's mistake: Jupyter raises an exception that nothing catches, and answers 500. */
const badRequest = (message: unknown, status = 400, reason = 'Bad Request'): { deviation: Deviation } => ({
  deviation: {
    because: 'bad input is the fault of the client, and is explained',
    ours: { status, reason, body: { message, reason: null } },
  },
});
/** The same answer in the words of another parser or validator. */
const worded = (message: unknown): { deviation: Deviation } => ({
  deviation: {
    because: 'the words are those of our own parser and validator, and name no path of the server',
    ours: { body: { message, reason: null } },
  },
});
const page = (path: string): RequestRow => get(path, { ignore });

// Before any page of Lab: once it has served one, jupyter_server tells Notebook's pages of that one's workspace.
compareRequests('pages of Notebook', pair, [
  page('/tree'),
  page('/tree/'),
  page('/tree/folder'),
  page('/tree/book.ipynb'),
  page('/tree/plain.txt'),
  page('/tree/missing'),
  page('/tree/.hidden'),
  page('/notebooks/book.ipynb'),
  page('/notebooks/folder'),
  page('/notebooks/missing.ipynb'),
  page('/notebooks/plain.txt'),
  page('/notebooks/emoji%20%F0%9F%91%A9%E2%80%8D%F0%9F%94%AC.ipynb'),
  page('/notebooks'),
  page('/notebooks/book.ipynb/'),
  page('/edit'),
  page('/edit/plain.txt'),
  page('/edit/missing.txt'),
  page('/edit/folder'),
  page('/consoles/x'),
  page('/consoles'),
  page('/terminals'),
  page('/terminals/1'),
  page('/tree/a%20b%2Bc%26d%23e%3Ff%25.txt'),
  get('/custom/custom.css', {
    note: "the person's own",
    before: ({ folders }) => {
      mkdirSync(join(folders.config, 'custom'));
      writeFileSync(join(folders.config, 'custom', 'custom.css'), '.jp-Notebook { color: red }\n');
    },
    deviation: {
      because: 'text says its charset; what a person writes by hand is asked for at each visit',
      ours: { 'header content-type': 'text/css; charset=utf-8', 'header cache-control': 'no-cache' },
    },
  }),
  { ...page('/tree'), ...anonymous },
  { ...page('/notebooks/book.ipynb'), ...anonymous },
]);

compareRequests('pages of JupyterLab', pair, [
  page('/'),
  page('/lab'),
  page('/lab/'),
  page('/lab?reset'),
  page('/lab/tree'),
  page('/lab/tree/folder'),
  page('/lab/tree/folder/inside.txt'),
  page('/lab/tree/a%20b%2Bc%26d%23e%3Ff%25.txt'),
  page('/lab/tree/%C3%BCn%C3%AF%20%E2%98%83%20%E6%97%A5%E6%9C%AC'),
  page('/lab/tree/missing.txt'),
  page('/lab/workspaces/mine'),
  page('/lab/workspaces/mine/'),
  page('/lab/workspaces/mine/tree/folder'),
  page('/lab/workspaces/auto-x/tree/book.ipynb'),
  page('/doc'),
  page('/doc/tree/plain.txt'),
  page('/doc/workspaces/mine'),
  page('/lab/nonsense'),
  page('/lab/tree/folder/'),
  page('/lab/workspaces/a%20b'),
  page('/lab/workspaces/a.b/tree/x'),
  page('/lab/tree/a%2Fb'),
  page('/lab/tree/100%2525.txt'),
  page('/lab/hub'),
  page('/lab/api/nonsense'),
  { ...page('/lab'), ...anonymous },
  { ...page('/lab/tree/a%20b?x=1'), ...anonymous },
  row('HEAD', '/lab', undefined, {
    deviation: {
      because: 'HEAD is for whatever can be read (RFC 9110 §9.3.2)',
      ours: {
        status: 200,
        reason: 'OK',
        'header access-control-allow-origin': '',
        'header cache-control': 'no-store',
        'header content-type': 'text/html; charset=utf-8',
      },
    },
  }),
  row('POST', '/lab', {}),
  row('DELETE', '/lab/api/build'),
  row('PUT', '/lab/api/build'),
]);

compareRequests('settings', pair, [
  get('/lab/api/settings'),
  get('/lab/api/settings?ids_only=true'),
  get('/lab/api/settings?ids_only=false'),
  get('/lab/api/settings/'),
  get('/lab/api/settings/@jupyterlab/terminal-extension:plugin'),
  get('/lab/api/settings/@jupyterlab%2Fterminal-extension%3Aplugin'),
  get('/lab/api/settings/@jupyterlab/fileeditor-extension:plugin', {
    note: 'with settings that its schema refuses',
  }),
  get('/lab/api/settings/@jupyterlab/console-extension:tracker', {
    note: 'with settings that are not JSON',
    before: writeBrokenSettings,
    ...worded(
      'Failed loading settings (@jupyterlab/console-extension:tracker): JSON5: invalid end of input at 1:8',
    ),
  }),
  get('/lab/api/settings', {
    note: 'with settings of one plugin that are not JSON',
    deviation: {
      because: 'one broken file must not take all settings away from Lab',
      ours: {
        status: 200,
        reason: 'OK',
        'header access-control-allow-origin': '',
        body: {
          settings: expect.arrayContaining([
            expect.objectContaining({
              id: '@jupyterlab/console-extension:tracker',
              raw: '{}',
              settings: {},
              last_modified: '<time>',
            }),
          ]) as unknown,
        },
      },
    },
  }),
  get('/lab/api/settings/@jupyterlab/apputils-extension:themes', {
    note: 'overridden',
    before: removeBrokenSettings,
  }),
  get('/lab/api/settings/@jupyter-notebook/application-extension:menus'),
  get('/lab/api/settings/missing:plugin', worded('Schema not found: missing:plugin')),
  get('/lab/api/settings/nonsense'),
  get('/lab/api/settings/@jupyterlab/apputils-extension'),
  get(
    '/lab/api/settings/@jupyterlab/missing-extension:plugin',
    worded('Schema not found: @jupyterlab/missing-extension:plugin'),
  ),
  get('/lab/api/settings/..%2F..%2Fx:plugin', worded('Schema not found: ../../x:plugin')),
  row('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
    raw: '{"theme": "JupyterLab Light"}',
  }),
  get('/lab/api/settings/@jupyterlab/apputils-extension:themes', { note: 'after PUT' }),
  row('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', {
    raw: '{\n  // why\n  "theme": "JupyterLab Dark",\n}',
  }),
  get('/lab/api/settings/@jupyterlab/apputils-extension:themes', { note: 'after PUT with a comment' }),
  row(
    'PUT',
    '/lab/api/settings/@jupyterlab/apputils-extension:themes',
    { raw: '{"theme": 5}' },
    worded('Failed validating input: settings/theme must be string'),
  ),
  row(
    'PUT',
    '/lab/api/settings/@jupyterlab/apputils-extension:themes',
    { raw: '{broken' },
    badRequest('Failed parsing settings: JSON5: invalid end of input at 1:8'),
  ),
  row(
    'PUT',
    '/lab/api/settings/@jupyterlab/apputils-extension:themes',
    { raw: '' },
    badRequest('Failed parsing settings: JSON5: invalid end of input at 1:1'),
  ),
  row('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', { raw: 5 }),
  row('PUT', '/lab/api/settings/@jupyterlab/apputils-extension:themes', { theme: 'x' }),
  row(
    'PUT',
    '/lab/api/settings/@jupyterlab/apputils-extension:themes',
    '{"raw"',
    worded(expect.stringMatching(/^Failed parsing JSON payload: Expected ':'/)),
  ),
  row(
    'PUT',
    '/lab/api/settings/@jupyterlab/apputils-extension:themes',
    undefined,
    worded('Failed parsing JSON payload: Unexpected end of JSON input'),
  ),
  row('PUT', '/lab/api/settings/missing:plugin', { raw: '{}' }, worded('Schema not found: missing:plugin')),
  row('PUT', '/lab/api/settings', { raw: '{}' }, badRequest('Method Not Allowed', 405, 'Method Not Allowed')),
  row('DELETE', '/lab/api/settings/@jupyterlab/apputils-extension:themes'),
  get('/lab/api/settings', anonymous),
]);

const themeCss: Partial<RequestRow> = {
  deviation: {
    because: 'text says its charset; a range of a rewritten file is not worth having, nor right in Jupyter',
    ours: { 'header content-type': 'text/css; charset=utf-8', 'header accept-ranges': undefined },
  },
};

const workspace = (id: string): unknown => ({
  data: { 'layout-restorer:data': { main: {} } },
  metadata: { id },
});

compareRequests('workspaces', pair, [
  get('/lab/api/workspaces'),
  get('/lab/api/workspaces/default'),
  row('PUT', '/lab/api/workspaces/default', workspace('default')),
  row('PUT', '/lab/api/workspaces/default', workspace('/default')),
  get('/lab/api/workspaces/default', { note: 'after PUT' }),
  row('PUT', '/lab/api/workspaces/default', workspace('other')),
  row('PUT', '/lab/api/workspaces/mine', workspace('mine')),
  row('PUT', '/lab/api/workspaces/%C3%BCn%C3%AF%20%E2%98%83', workspace('ünï ☃')),
  get('/lab/api/workspaces/%C3%BCn%C3%AF%20%E2%98%83'),
  row('PUT', '/lab/api/workspaces/a%2Fb', workspace('a/b')),
  get('/lab/api/workspaces/a%2Fb'),
  get('/lab/api/workspaces/a/b'),
  row('PUT', '/lab/api/workspaces/UPPER', workspace('UPPER')),
  get('/lab/api/workspaces/UPPER'),
  get('/lab/api/workspaces/upper'),
  row(
    'PUT',
    '/lab/api/workspaces/100%2525',
    workspace('100%25'),
    worded("Workspace metadata ID mismatch: expected '100%25' got '/100%'"),
  ),
  get('/lab/api/workspaces/100%2525'),
  get('/lab/api/workspaces/'),
  get('/lab/api/workspaces', { note: 'all of them' }),
  row('PUT', '/lab/api/workspaces/mine', { data: {} }, badRequest('A workspace needs an id in its metadata')),
  row('PUT', '/lab/api/workspaces/mine', { metadata: { id: 'mine' } }),
  row('PUT', '/lab/api/workspaces/mine', '{"', worded(expect.stringMatching(/^Unterminated string/))),
  row('PUT', '/lab/api/workspaces/mine', undefined, worded('Unexpected end of JSON input')),
  row('PUT', '/lab/api/workspaces', workspace('')),
  row('DELETE', '/lab/api/workspaces/mine'),
  row('DELETE', '/lab/api/workspaces/mine', undefined, { note: 'again' }),
  row('DELETE', '/lab/api/workspaces/missing'),
  row('DELETE', '/lab/api/workspaces', undefined, badRequest('Workspace name is required for DELETE.')),
  get('/lab/api/workspaces/mine', { note: 'deleted' }),
]);

compareRequests('themes, translations, licences, extensions', pair, [
  get('/lab/api/themes/@jupyterlab/theme-dark-extension/index.css', themeCss),
  get('/lab/api/themes/@jupyterlab/theme-light-extension/index.css', themeCss),
  get('/lab/api/themes/@jupyterlab/theme-missing/index.css'),
  get('/lab/api/themes/..%2Fpackage.json'),
  get('/lab/api/translations'),
  get('/lab/api/translations/'),
  get('/lab/api/translations/default'),
  get('/lab/api/translations/en'),
  get('/lab/api/translations/fr_FR'),
  get('/lab/api/translations/nonsense%20locale'),
  get('/lab/api/licenses', { ignore }),
  get('/lab/api/licenses/?bundles=(?!@in-the-loop)'),
  get('/lab/api/licenses/?bundles=@in-the-loop', {
    deviation: {
      because: 'our own extension is one of those listed',
      ours: {
        body: { bundles: { '@in-the-loop/lab-extension': { packages: expect.any(Array) as unknown } } },
      },
    },
  }),
  get('/lab/api/licenses/?full_text=0&bundles=@jupyter'),
  // One extension and Lab: several extensions are listed in the order of the file system.
  get('/lab/api/licenses/?format=csv&full_text=0&bundles=@jupyter(-notebook|lab/application)'),
  get(
    '/lab/api/licenses/?format=markdown&full_text=0&bundles=@jupyter(-notebook|lab/application)&download=1',
  ),
  get('/lab/api/licenses/?format=markdown&bundles=@jupyterlab/application-top', {
    deviation: {
      because: 'in Jupyter the texts stand behind <pre/>, which is no beginning of preformatted text',
      ours: { body: expect.stringContaining('\n<pre>\n') as unknown },
    },
  }),
  get('/lab/api/licenses/?format=markdown&full_text=0&bundles=nonsense'),
  get('/lab/api/licenses/?download=1&bundles=@jupyterlab/application-top'),
  get('/lab/api/listings/@jupyterlab/extensionmanager-extension/listings.json'),
  get('/lab/api/listings/nonsense.json'),
  get('/lab/api/plugins', {
    deviation: {
      because: 'configuration counts as it is when it is asked for, not as it was when the server started',
      ours: { body: { lockRules: ['@jupyterlab/help-extension:about'], allLocked: false } },
    },
  }),
  row('POST', '/lab/api/plugins', { cmd: 'nonsense', plugin_name: 'x' }),
  row('POST', '/lab/api/extensions', { cmd: 'nonsense', extension_name: 'x' }),
  row('POST', '/lab/api/extensions', {}, badRequest('An extension action needs "cmd" and "extension_name"')),
  get('/lab/api/build', anonymous),
  get('/lab/api/news', anonymous),
  get('/lab/api/update', anonymous),
  get('/lab/api/themes/@jupyterlab/theme-dark-extension/missing.png'),
  get('/lab/api/themes/'),
  get('/lsp/status', {
    deviation: {
      because: 'no language servers are run: jupyter-lsp is part of jupyter_server',
      ours: {
        'header content-type': 'application/json',
        body: { version: 2, sessions: {}, specs: {} },
      },
    },
  }),
]);
