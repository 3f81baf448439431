import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import {
  answer,
  asNotebook,
  at,
  differs,
  explained,
  get,
  ONE_NAME,
  patch,
  post,
  put,
  remove,
  text,
} from './contents-rows.ts';
import { notebook, writeSampleFiles } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

const pair = startServerPair((server) => {
  writeSampleFiles(server);
  const { root } = server.folders;
  for (const name of ['archive.tar.gz', 'x-Copy.txt', 'y-Copy7.txt', 'a.txt', 'b.txt', 'trust'])
    writeFileSync(join(root, name), name);
});

function namesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) =>
    entry.isDirectory()
      ? [`${entry.name}/`, ...namesBelow(join(directory, entry.name)).map((name) => `  ${name}`)]
      : [entry.name],
  );
}

/** What lies below a folder on the disk, hidden files as well. */
const below = (what: string, folder: (folders: JupyterServerProcess['folders']) => string): RequestRow => ({
  path: at('on-disk.txt'),
  note: what,
  before: ({ folders }) =>
    writeFileSync(join(folders.root, 'on-disk.txt'), namesBelow(folder(folders)).join('\n')),
});
const inRoot = (path: string): RequestRow => below(`${path} on the disk`, ({ root }) => join(root, path));

compareRequests('details of creating and copying', pair, [
  post('folder', { type: 'directory', ext: '.d' }),
  post('folder', { type: 'notebook', ext: '.txt' }),
  post('folder', { type: 5 }),
  post('folder', { type: null, ext: '.ipynb' }),
  post('folder', { type: 'file', ext: '.tar.gz' }),
  post('folder', { type: 'file', ext: '.tar.gz' }, 'again'),
  explained(post('folder', { type: 'file', ext: 5 }), 400, 'ext must be a string, not 5'),
  explained(post('', { copy_from: 5 }), 400, 'copy_from must be a string, not 5'),
  differs(post('folder', { type: 'file', ext: '/../odd' }), ONE_NAME, {
    body: expect.objectContaining({ path: 'folder/odd' }),
    'header location': '/api/contents/folder/odd',
  }),
  post('', { copy_from: 'archive.tar.gz' }),
  post('', { copy_from: 'x-Copy.txt' }),
  post('', { copy_from: 'y-Copy7.txt' }),
  post('', { copy_from: 'link.txt' }),
  post('', { copy_from: 'dangling.txt' }),
  post('', { copy_from: '.hidden.txt' }),
  post('.hidden', { copy_from: 'plain.txt' }),
  post('', { copy_from: 'bytes.bin' }),
  post('folder', { copy_from: 'folder' }, 'into itself'),
  post('nothing-inside', { copy_from: 'folder' }),
  post('new-name.txt', { copy_from: 'plain.txt' }, 'to a name'),
  post('missing/new-name.txt', { copy_from: 'plain.txt' }),
  explained(
    post('plain.txt/x', { copy_from: 'plain.txt' }),
    404,
    'No such parent directory: plain.txt to copy file in',
  ),
  { ...post('nothing-inside', { copy_from: 'with-output.ipynb' }), ignore: ['size'] },
  inRoot('nothing-inside'),
  post('dangling.txt', { type: 'file' }),
]);

compareRequests('details of renaming', pair, [
  put('r.ipynb', asNotebook(notebook('1'))),
  patch('r.ipynb', { path: 'folder/deeper/r.ipynb' }),
  get('folder/deeper/r.ipynb/checkpoints'),
  get('r.ipynb/checkpoints'),
  inRoot('folder/deeper'),
  explained(patch('a.txt', { path: 5 }), 400, 'path must be a string, not 5'),
  explained(patch('a.txt', '[1]'), 400, 'The body of the request must be a JSON object'),
  patch('a.txt', { path: 'with-slash/' }),
  patch('with-slash', { path: 'a.txt' }),
  patch('', { path: 'x' }, 'the root'),
  patch('folder', { path: '' }),
  differs(
    patch('folder', { path: 'link-to-folder' }),
    'a link to the folder is something in the way',
    answer(409, 'File already exists: link-to-folder'),
  ),
  patch('a.txt', { path: 'dangling.txt' }, 'over a link that leads nowhere'),
  patch('dangling.txt', { path: 'A.txt' }),
  patch('A.txt', { path: 'a.txt' }, 'upper to lower case'),
  patch('a.txt', { name: 'x.txt' }, 'without a path'),
  patch('a.txt', { path: 'folder/' }, 'onto a folder'),
  patch('missing.txt', { path: 'n' }),
  explained(patch('missing.txt', { path: 'folder' }), 404, 'File or directory does not exist: missing.txt'),
  differs(patch('a.txt', { path: 'folder/../c.txt' }), ONE_NAME, {
    body: expect.objectContaining({ path: 'c.txt' }),
    'header location': '/api/contents/c.txt',
  }),
  patch('link.txt', { path: 'link-2.txt' }, 'a link'),
  get('link-2.txt'),
  put('dir', { type: 'directory' }),
  put('dir/a.ipynb', asNotebook(notebook('1'))),
  patch('dir', { path: 'folder/dir' }),
  get('folder/dir/a.ipynb/checkpoints'),
  inRoot('folder/dir'),
  patch('b.txt', { path: ' new name .txt' }),
  // Where it is the last thing asked of these files: jupyter_server replaces the file by a link to itself.
  differs(
    patch('link-2.txt', { path: 'plain.txt' }),
    'a link renamed to what it leads to would destroy that',
    answer(409, 'File already exists: plain.txt'),
  ),
]);

compareRequests('details of deleting', pair, [
  put('d.ipynb', asNotebook(notebook('1'))),
  remove('d.ipynb'),
  get('d.ipynb/checkpoints'),
  put('d.ipynb', asNotebook(notebook('2'))),
  remove('d.ipynb'),
  inRoot('.ipynb_checkpoints'),
  remove('folder/dir'),
  remove('folder/deeper'),
  remove('link-to-folder'),
  get('folder', '?content=0'),
  remove('notebook.ipynb'),
  remove('..'),
  remove('missing/x'),
  remove('folder/../empty.txt'),
  remove('%00'),
  explained(remove('script.py/x'), 404, 'File or directory does not exist: <own>/root/script.py/x'),
  below('what is in the trash', ({ home }) => join(home, '.local/share/Trash')),
  differs(remove('loop-a'), 'a link that leads nowhere can be deleted like any other file', {
    status: 204,
    reason: 'No Content',
    body: '',
    'header content-type': undefined,
    'header access-control-allow-origin': '',
  }),
]);

const odd = 'a%20b%2Bc%26d%23e%3Ff%25.txt';
compareRequests('details of checkpoints', pair, [
  ...['GET', 'PUT', 'PATCH'].map((method) => ({ method, path: at('book.ipynb/checkpoints/checkpoint') })),
  { method: 'DELETE', path: at('book.ipynb/checkpoints/checkpoint'), note: 'there is none' },
  { method: 'PUT', path: at('book.ipynb/checkpoints') },
  { method: 'DELETE', path: at('book.ipynb/checkpoints') },
  { method: 'DELETE', path: at('book.ipynb/checkpoints/nonsense') },
  get('checkpoints'),
  post(`${odd}/checkpoints`),
  get(`${odd}/checkpoints`),
  post(`${odd}/checkpoints/checkpoint`),
  post('.hidden.txt/checkpoints'),
  get('.hidden.txt/checkpoints'),
  post('no-extension/checkpoints'),
  post('book.ipynb/checkpoints', { x: 1 }, 'a body'),
  get('book.ipynb/checkpoints/'),
  get('missing/a.txt/checkpoints'),
  { method: 'DELETE', path: at('missing/a.txt/checkpoints/checkpoint') },
  explained(post('missing/a.txt/checkpoints'), 404, 'No such file or directory: missing/a.txt'),
  inRoot('.ipynb_checkpoints'),
]);

const rich = [{ output_type: 'display_data', metadata: {}, data: { 'text/html': '<b>x</b>' } }];
const code = (more: object): object => ({
  id: 'a',
  cell_type: 'code',
  metadata: {},
  source: 'x',
  outputs: rich,
  execution_count: 1,
  ...more,
});
const withCells = (...cells: object[]): unknown => asNotebook({ ...notebook('1'), cells });
compareRequests('details of trust', pair, [
  put('t.ipynb', asNotebook(notebook('1', rich)), 'nobody trusts it'),
  get('t.ipynb'),
  post('t.ipynb/trust'),
  get('t.ipynb'),
  put('t.ipynb', asNotebook(notebook('2', rich)), 'changed by somebody'),
  get('t.ipynb'),
  put('t.ipynb', withCells(code({ metadata: { trusted: true } })), 'trusted by the client'),
  get('t.ipynb'),
  patch('t.ipynb', { path: 't-2.ipynb' }),
  { ...post('', { copy_from: 't-2.ipynb' }), ignore: ['size'] },
  { ...get('t-2-Copy1.ipynb'), ignore: ['size'] },
  put('t.ipynb', withCells(code({ source: 'y', metadata: { trusted: false } })), 'not trusted'),
  get('t.ipynb'),
  put(
    't.ipynb',
    withCells(code({ metadata: { trusted: true } }), code({ id: 'b', source: 'z' })),
    'one of two',
  ),
  get('t.ipynb'),
  post('old.ipynb/trust'),
  { ...get('old.ipynb'), ignore: ['id'] },
  post('not-valid.ipynb/trust'),
  post('empty.ipynb/trust'),
  post('.hidden.txt/trust'),
  { method: 'PUT', path: at('book.ipynb/trust') },
  differs(post('folder/trust'), 'what is no notebook is the mistake of who sent it', {
    status: 400,
    reason: 'Bad Request',
  }),
  { ...get('plain.txt/trust'), auth: 'none', method: 'POST', note: 'without a token' },
]);

compareRequests('the end', pair, [put('last.txt', text('both still answer'))]);
