import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATUS_CODES } from 'node:http';
import { expect } from 'vitest';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import type { Deviation } from './deviation.ts';
import { notebook, notebookV3, writeSampleFiles } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

const pair = startServerPair(writeSampleFiles);
const at = (path: string, query = ''): string => `/api/contents${path === '' ? '' : `/${path}`}${query}`;
const get = (path: string, query = ''): RequestRow => ({ path: at(path, query) });
const put = (path: string, body: unknown, note?: string): RequestRow => ({
  method: 'PUT',
  path: at(path),
  body,
  ...(note === undefined ? {} : { note }),
});
const post = (path: string, body?: unknown, note?: string): RequestRow => ({
  method: 'POST',
  path: at(path),
  ...(body === undefined ? {} : { body }),
  ...(note === undefined ? {} : { note }),
});
const patch = (path: string, body: unknown, note?: string): RequestRow => ({
  method: 'PATCH',
  path: at(path),
  body,
  ...(note === undefined ? {} : { note }),
});
const remove = (path: string): RequestRow => ({ method: 'DELETE', path: at(path) });
const text = (content: string): unknown => ({ type: 'file', format: 'text', content });

const differs = (row: RequestRow, because: string, ours: Deviation['ours']): RequestRow => ({
  ...row,
  deviation: { because, ours },
});
const answer = (status: number, message: string): Deviation['ours'] => ({
  status,
  reason: STATUS_CODES[status],
  body: { message, reason: null },
});
/** Where jupyter_server fails and says nothing but "Unhandled error". */
const explained = (row: RequestRow, status: number, message: string): RequestRow =>
  differs(
    row,
    'jupyter_server did not expect it and says only "Unhandled error"',
    status === 500 ? { body: { message, reason: null } } : answer(status, message),
  );
const tooLong = `${'n'.repeat(300)}.txt`;
const ONE_NAME = 'one file has one path: sessions, documents and events know it by that';

compareRequests('reading', pair, [
  get(''),
  get('', '?content=0'),
  get('', '?content=1&hash=0&1795226178250'),
  get('', '?type=directory'),
  get('', '?type=file'),
  get('', '?type=notebook'),
  get('/'),
  get('plain.txt'),
  get('plain.txt', '?content=0'),
  get('plain.txt', '?content=0&hash=1'),
  get('plain.txt', '?content=1&hash=1'),
  get('plain.txt', '?content=2'),
  get('plain.txt', '?content=no'),
  get('plain.txt', '?hash=2'),
  get('plain.txt', '?hash=no'),
  get('plain.txt', '?type=file'),
  get('plain.txt', '?type=notebook'),
  get('plain.txt', '?type=directory'),
  get('plain.txt', '?type=nonsense'),
  get('plain.txt', '?format=text'),
  get('plain.txt', '?format=base64'),
  get('plain.txt', '?format=json'),
  get('plain.txt', '?format=nonsense'),
  get('plain.txt', '?type=file&format=text&content=1&hash=1&contentProviderId=undefined'),
  get('plain.txt', '?1795226178250'),
  get('plain.txt', '?content=0&1795226178250'),
  get('plain.txt', '?type='),
  get('plain.txt', '?no_track_activity=1'),
  get('empty.txt'),
  get('script.py'),
  get('data.json'),
  get('page.html'),
  get('table.csv'),
  get('no-extension'),
  get('no-extension', '?content=0'),
  get('windows.txt'),
  get('latin-1.txt'),
  get('latin-1.txt', '?format=text'),
  get('latin-1.txt', '?format=base64'),
  get('bytes.bin'),
  get('bytes.bin', '?format=text'),
  get('bytes.bin', '?content=0&hash=1'),
  get('pixel.png'),
  get('folder'),
  get('folder/'),
  get('folder', '?content=0'),
  get('folder', '?hash=1'),
  get('folder/inside.txt'),
  get('folder/deeper/last.txt'),
  get('nothing-inside'),
  get('missing.txt'),
  get('missing.txt', '?content=0'),
  get('missing/deep.txt'),
  get('missing.ipynb', '?type=notebook'),
  differs(get('plain.txt/below'), 'there is nothing below a file; jupyter_server fails', {
    status: 404,
    reason: 'Not Found',
    body: "file or directory '/plain.txt/below' does not exist",
    'header access-control-allow-origin': '',
  }),
]);

compareRequests('notebooks', pair, [
  get('book.ipynb'),
  get('book.ipynb', '?content=0'),
  get('book.ipynb', '?content=0&hash=1'),
  get('book.ipynb', '?type=notebook&content=1&hash=1&contentProviderId=undefined'),
  get('book.ipynb', '?type=file'),
  get('book.ipynb', '?type=file&format=base64'),
  get('book.ipynb', '?type=notebook&format=text'),
  get('book.ipynb', '?type=directory'),
  get('with-output.ipynb'),
  // Cells of older formats get an id of their own at each reading.
  { ...get('old.ipynb'), ignore: ['id'] },
  get('future.ipynb'),
  get('broken.ipynb'),
  get('broken.ipynb', '?type=file'),
  get('empty.ipynb'),
  get('list.ipynb'),
  get('not-valid.ipynb'),
  get('no-cells.ipynb'),
  get('notebook.ipynb'),
  get('notebook.ipynb/file.txt'),
  get('emoji%20%F0%9F%91%A9%E2%80%8D%F0%9F%94%AC.ipynb'),
]);

compareRequests('names', pair, [
  get('%C3%BCn%C3%AF%20%E2%98%83%20%E6%97%A5%E6%9C%AC'),
  get('%C3%BCn%C3%AF%20%E2%98%83%20%E6%97%A5%E6%9C%AC/schnee%20%E2%98%83.txt'),
  get('a%20b%2Bc%26d%23e%3Ff%25.txt'),
  get('a%20b+c%26d%23e%3Ff%25.txt'),
  get('100%2525.txt'),
  get('100%25.txt'),
  get('quote%27%22%3C%3E.txt'),
  get('back%5Cslash%3Acolon%2A.txt'),
  get('folder%2Finside.txt'),
  get('folder%2finside.txt', '?content=0'),
  get('folder//inside.txt'),
  get('//folder/inside.txt'),
  get('plain.txt%00'),
  differs(
    get('%FF%FE.txt'),
    'a path is quoted as it was sent, not as Python shows bytes; and the token signs in all the same',
    {
      body: { message: 'Invalid unicode in path: /%FF%FE.txt', reason: null },
      'header set-cookie': expect.stringMatching(/^username-/) as unknown,
    },
  ),
  get('bad%ZZpercent.txt'),
  explained(
    get(tooLong),
    400,
    `Unexpected error while reading ${tooLong} [Errno 36] File name too long: '<own>/root/${tooLong}'`,
  ),
]);

compareRequests('hidden files and what lies outside', pair, [
  get('.hidden'),
  get('.hidden', '?content=0'),
  get('.hidden/file.txt'),
  get('.hidden.txt'),
  get('folder/.hidden.txt'),
  put('.hidden.txt', text('x')),
  put('.new-hidden.txt', text('x')),
  put('.hidden/new.txt', text('x')),
  differs(
    post('.hidden', { type: 'file' }),
    'jupyter_server makes the file, and then says that there is none',
    answer(400, "Cannot create file or directory '.hidden/untitled'"),
  ),
  patch('.hidden.txt', { path: 'shown.txt' }),
  patch('plain.txt', { path: '.now-hidden.txt' }),
  remove('.hidden.txt'),
  remove('.hidden'),
  get('..'),
  get('../outside.txt'),
  get('..%2Foutside.txt'),
  get('%2e%2e/outside.txt'),
  get('%2e%2e%2foutside.txt'),
  differs(get('folder/../plain.txt'), ONE_NAME, { body: expect.objectContaining({ path: 'plain.txt' }) }),
  get('folder/../../outside.txt'),
  differs(get('folder/./inside.txt'), ONE_NAME, {
    body: expect.objectContaining({ path: 'folder/inside.txt' }),
  }),
  get('..%5Coutside.txt'),
  put('../outside-new.txt', text('x')),
  put('..%2Foutside-new.txt', text('x')),
  patch('plain.txt', { path: '../moved-out.txt' }),
  post('', { copy_from: '../outside.txt' }),
  remove('../outside.txt'),
  get('link.txt'),
  get('link.txt', '?content=0&hash=1'),
  get('link-to-folder'),
  get('link-to-folder/inside.txt'),
  get('dangling.txt'),
  explained(
    get('loop-a'),
    500,
    "Unexpected error while reading loop-a [Errno 40] Too many levels of symbolic links: '<own>/root/loop-a'",
  ),
]);

compareRequests('saving', pair, [
  put('new.txt', text('new\n')),
  put('new.txt', text('newer\n'), 'again'),
  get('new.txt', '?hash=1'),
  put('new.bin', { type: 'file', format: 'base64', content: 'AAECAwQ=' }),
  get('new.bin'),
  put('wrapped.bin', { type: 'file', format: 'base64', content: 'AAEC\nAwQ=\n' }),
  get('wrapped.bin', '?content=0&hash=1'),
  put('bad.bin', { type: 'file', format: 'base64', content: 'not base64 at all!' }),
  put('no-format.txt', { type: 'file', content: 'x' }),
  put('odd-format.txt', { type: 'file', format: 'json', content: 'x' }),
  put('no-type.txt', { format: 'text', content: 'x' }),
  put('odd-type.txt', { type: 'nonsense', format: 'text', content: 'x' }),
  put('no-content.txt', { type: 'file', format: 'text' }),
  put('null-content.txt', { type: 'file', format: 'text', content: null }),
  put('number-content.txt', { type: 'file', format: 'text', content: 5 }),
  put('named.txt', { name: 'other.txt', path: 'other.txt', type: 'file', format: 'text', content: 'x' }),
  get('named.txt'),
  put('untitled-by-put', {}, 'empty object'),
  put('by-copy.txt', { copy_from: 'plain.txt' }),
  put('new-folder', { type: 'directory' }),
  put('new-folder', { type: 'directory' }, 'again'),
  put('plain.txt', { type: 'directory' }, 'a directory over a file'),
  put('folder', text('x'), 'a file over a directory'),
  put('missing-parent/a.txt', text('x')),
  explained(
    put('plain.txt/below.txt', text('x')),
    500,
    "Unexpected error while saving file: plain.txt/below.txt [Errno 20] Not a directory: '<own>/root/plain.txt/below.txt'",
  ),
  put('', text('x'), 'the root'),
  { method: 'PUT', path: at('none.txt'), note: 'no body' },
  { method: 'PUT', path: at('bad.txt'), body: '{"type": ', note: 'broken JSON' },
  explained(
    { method: 'PUT', path: at('bad.txt'), body: '[1, 2]', note: 'a list' },
    400,
    'The body of the request must be a JSON object',
  ),
  explained(
    { method: 'PUT', path: at('bad.txt'), body: '"text"', note: 'a string' },
    400,
    'The body of the request must be a JSON object',
  ),
  { method: 'PUT', path: at('bad.txt'), body: 'null', note: 'null' },
  explained(
    {
      method: 'PUT',
      path: at('bad.txt'),
      body: Buffer.from('{"a": "caf\xe9"}', 'latin1'),
      note: 'not UTF-8',
    },
    400,
    'Invalid JSON in body of request',
  ),
  put('windows-line-ends.txt', text('one\r\ntwo\r\n')),
  get('windows-line-ends.txt'),
  put('unicode%20%E2%98%83.txt', text('snöw ☃ 👩‍🔬\n')),
  get('unicode%20%E2%98%83.txt', '?hash=1'),
  put('link.txt', text('through the link\n')),
  get('plain.txt', '?hash=1'),
  put('lonely-surrogate.txt', '{"type": "file", "format": "text", "content": "\\ud800"}', 'lonely surrogate'),
  explained(
    put(tooLong, text('x'), 'too long a name'),
    400,
    `Unexpected error while saving file: ${tooLong} [Errno 36] File name too long: '<own>/root/${tooLong}'`,
  ),
]);

const onDisk = (name: string): RequestRow => ({
  path: at('on-disk.txt'),
  note: `${name} as it lies on the disk`,
  before: ({ folders }) =>
    writeFileSync(join(folders.root, 'on-disk.txt'), readFileSync(join(folders.root, name), 'utf8')),
});

/** Python's exceptions about a value that is no notebook, where we say what it lacks. */
const refused = (row: RequestRow, why: string): RequestRow =>
  differs(
    row,
    'what is no notebook is the mistake of who sent it, and is told in words',
    answer(400, `Cannot save ${row.path.replace('/api/contents/', '')}: ${why}`),
  );

compareRequests('saving notebooks', pair, [
  put('saved.ipynb', { type: 'notebook', format: 'json', content: notebook('a = 1\nb = 2') }),
  get('saved.ipynb', '?hash=1'),
  onDisk('saved.ipynb'),
  put('saved.ipynb', { type: 'notebook', content: notebook('ü = "\u2028"') }, 'no format'),
  onDisk('saved.ipynb'),
  {
    ...put(
      'numbers.ipynb',
      '{"type": "notebook", "format": "json", "content": {"nbformat": 4, "nbformat_minor": 5, "metadata": {"big": 12345678901234567890, "float": 1.0, "tiny": 1e-7, "z": 1, "a": 2}, "cells": []}}',
    ),
    note: 'big and odd numbers, keys not in order',
  },
  onDisk('numbers.ipynb'),
  put('outputs.ipynb', {
    type: 'notebook',
    format: 'json',
    content: notebook('x', [
      { output_type: 'stream', name: 'stdout', text: 'a\nb\n' },
      {
        output_type: 'execute_result',
        execution_count: 1,
        metadata: {},
        data: { 'text/plain': 'x\ny', 'image/png': 'AAAA', 'application/json': { a: 'b\nc' } },
      },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
    ]),
  }),
  get('outputs.ipynb'),
  onDisk('outputs.ipynb'),
  put('trusted.ipynb', {
    type: 'notebook',
    format: 'json',
    content: {
      ...notebook('1'),
      cells: [
        {
          id: 'a',
          cell_type: 'code',
          execution_count: 1,
          metadata: { trusted: true },
          outputs: [],
          source: '1',
        },
      ],
    },
  }),
  get('trusted.ipynb'),
  onDisk('trusted.ipynb'),
  refused(
    put('invalid.ipynb', {
      type: 'notebook',
      format: 'json',
      content: { ...notebook('1'), cells: [{ cell_type: 'nonsense' }] },
    }),
    'each cell must be a JSON object with cell_type and metadata',
  ),
  differs(get('invalid.ipynb', '?content=0'), 'jupyter_server leaves an empty file of what it refused', {
    status: 404,
    reason: 'Not Found',
    body: "file or directory '/invalid.ipynb' does not exist",
    'header last-modified': undefined,
  }),
  refused(
    put('invalid-metadata.ipynb', {
      type: 'notebook',
      format: 'json',
      content: { ...notebook('1'), metadata: 5 },
    }),
    'its metadata are no JSON object',
  ),
  put('unknown-cell.ipynb', {
    type: 'notebook',
    format: 'json',
    content: { ...notebook('1'), cells: [{ id: 'a', cell_type: 'nonsense', metadata: {}, source: '' }] },
  }),
  get('unknown-cell.ipynb'),
  onDisk('unknown-cell.ipynb'),
  put('minor-4.ipynb', {
    type: 'notebook',
    format: 'json',
    content: { ...notebook('1'), nbformat_minor: 4 },
  }),
  onDisk('minor-4.ipynb'),
  put('version-3.ipynb', {
    type: 'notebook',
    format: 'json',
    content: { metadata: {}, nbformat: 3, nbformat_minor: 0, worksheets: [] },
  }),
  put('version-3-cells.ipynb', { type: 'notebook', format: 'json', content: notebookV3 }),
  onDisk('version-3-cells.ipynb'),
  { ...get('version-3-cells.ipynb'), ignore: ['id'] },
  put('version-2.ipynb', {
    type: 'notebook',
    format: 'json',
    content: { metadata: {}, nbformat: 2, nbformat_minor: 0, worksheets: [] },
  }),
  onDisk('version-2.ipynb'),
  refused(
    put('version-5.ipynb', {
      type: 'notebook',
      format: 'json',
      content: { ...notebook('1'), nbformat: 5 },
    }),
    'there is no nbformat 5',
  ),
  refused(
    put('text.ipynb', { type: 'notebook', format: 'text', content: 'x' }),
    'a notebook is a JSON object that says its nbformat',
  ),
  refused(
    put('list.ipynb', { type: 'notebook', format: 'json', content: [] }),
    'a notebook is a JSON object that says its nbformat',
  ),
  put('no-content.ipynb', { type: 'notebook' }),
  get('no-content.ipynb'),
  put('as-file.ipynb', { type: 'file', format: 'text', content: '{"nbformat": 4}' }),
  get('as-file.ipynb', '?type=file'),
  put('folder/inside.ipynb', { type: 'notebook', format: 'json', content: notebook('5') }),
  get('folder/inside.ipynb', '?content=0&hash=1'),
]);

const chunk = (number: number, content: string, name = 'chunked.bin'): RequestRow =>
  put(name, { type: 'file', format: 'base64', content, chunk: number }, `chunk ${number}`);

compareRequests('uploading in chunks', pair, [
  chunk(1, 'AAEC'),
  chunk(2, 'AwQF'),
  chunk(-1, 'BgcI'),
  get('chunked.bin', '?hash=1'),
  chunk(1, 'AAAA'),
  differs(
    get('chunked.bin', '?format=base64'),
    'an upload takes the place of a file once it is whole: broken off, it destroys nothing',
    { body: expect.objectContaining({ content: 'AAECAwQFBgcI\n', size: 9 }) },
  ),
  put('chunked.txt', { type: 'file', format: 'text', content: 'a', chunk: 1 }),
  put('chunked.txt', { type: 'file', format: 'text', content: 'b', chunk: -1 }, 'last'),
  get('chunked.txt'),
  put('chunked.ipynb', { type: 'notebook', format: 'json', content: notebook('1'), chunk: 1 }),
  put('chunked.txt', { type: 'file', format: 'text', chunk: 1 }, 'no content'),
  put('chunked-no-format.txt', { type: 'file', content: 'x', chunk: 1 }),
  put('chunked.txt', { type: 'file', format: 'text', content: 'b', chunk: 'x' }, 'not a number'),
  put('folder', { type: 'file', format: 'text', content: 'b', chunk: 1 }, 'over a directory'),
  put(
    'chunked-late.bin',
    { type: 'file', format: 'base64', content: 'AAEC', chunk: 2 },
    'second without first',
  ),
  put('missing-parent/chunked.bin', { type: 'file', format: 'base64', content: 'AAEC', chunk: 1 }),
  put('.hidden-chunked.bin', { type: 'file', format: 'base64', content: 'AAEC', chunk: 1 }),
]);

const EXACT_COPY = 'a copy is the same bytes; jupyter_server writes the notebook anew';

compareRequests('creating and copying', pair, [
  post('nothing-inside', { type: 'notebook' }),
  post('nothing-inside', { type: 'notebook' }, 'again'),
  get('nothing-inside/Untitled.ipynb'),
  post('nothing-inside', { type: 'file' }),
  post('nothing-inside', { type: 'file' }, 'again'),
  post('nothing-inside', { type: 'file', ext: '.py' }),
  post('nothing-inside', { type: 'file', ext: 'md' }, 'extension without a dot'),
  post('nothing-inside', { type: 'directory' }),
  post('nothing-inside', { type: 'directory' }, 'again'),
  post('nothing-inside', { type: 'nonsense' }),
  post('nothing-inside', { ext: '.ipynb' }),
  post('nothing-inside', { ext: '.txt' }),
  post('nothing-inside', {}),
  post('nothing-inside'),
  post('nothing-inside', 'null', 'null'),
  post('nothing-inside', '{"type"', 'broken JSON'),
  post('plain.txt', { type: 'file' }),
  post('missing', { type: 'file' }),
  post('', { type: 'notebook' }),
  post('', { copy_from: 'plain.txt' }),
  post('', { copy_from: 'plain.txt' }, 'again'),
  post('', { copy_from: '/plain.txt' }, 'with a slash'),
  post('', { copy_from: 'plain-Copy1.txt' }),
  differs(post('folder', { copy_from: 'book.ipynb' }), EXACT_COPY, {
    body: expect.objectContaining({ path: 'folder/book.ipynb', size: 444 }),
  }),
  differs(post('folder', { copy_from: 'broken.ipynb' }), EXACT_COPY, {
    status: 201,
    reason: 'Created',
    body: expect.objectContaining({ path: 'folder/broken.ipynb', size: 11 }),
    'header location': '/api/contents/folder/broken.ipynb',
    'header last-modified': '<date>',
    'header access-control-allow-origin': '',
  }),
  post('folder', { copy_from: 'folder/inside.txt' }),
  post('', { copy_from: 'missing.txt' }),
  post('', { copy_from: 'folder' }),
  post('missing', { copy_from: 'plain.txt' }),
  post('', { copy_from: 'a b+c&d#e?f%.txt' }),
  differs(post('', { copy_from: 'emoji 👩‍🔬.ipynb' }), EXACT_COPY, {
    body: expect.objectContaining({ path: 'emoji 👩‍🔬-Copy1.ipynb', size: 321 }),
  }),
  post('', { copy_from: '' }, 'copy of nothing'),
  get('nothing-inside'),
]);

compareRequests('renaming and deleting', pair, [
  patch('new.txt', { path: 'renamed.txt' }),
  get('new.txt'),
  get('renamed.txt', '?hash=1'),
  patch('renamed.txt', { path: 'plain.txt' }, 'onto an existing file'),
  patch('renamed.txt', { path: 'renamed.txt' }, 'onto itself'),
  patch('renamed.txt', { path: 'folder/renamed.txt' }),
  patch('folder/renamed.txt', { path: '/renamed again.txt' }, 'with a slash'),
  explained(patch('renamed%20again.txt', { path: 'missing/renamed.txt' }), 404, 'No such directory: missing'),
  differs(
    patch('renamed%20again.txt', { path: 'not there/renamed.txt' }),
    'it is the folder that does not exist, and not the file',
    { body: { message: 'No such directory: not there', reason: null } },
  ),
  patch('renamed%20again.txt', { path: '' }, 'to nothing'),
  patch('renamed%20again.txt', {}, 'no path'),
  patch('renamed%20again.txt', { path: 'ünï ☃ 日本/100%25.txt' }),
  get('%C3%BCn%C3%AF%20%E2%98%83%20%E6%97%A5%E6%9C%AC/100%2525.txt'),
  patch('missing.txt', { path: 'other.txt' }),
  patch('new-folder', { path: 'renamed-folder' }),
  patch('renamed-folder', { path: 'folder' }, 'a directory onto another'),
  patch('folder', { path: 'folder/deeper/folder' }, 'a directory into itself'),
  patch('saved.ipynb', { path: 'saved-as.txt' }),
  get('saved-as.txt', '?content=0'),
  { method: 'PATCH', path: at('plain.txt'), note: 'no body' },
  remove('wrapped.bin'),
  remove('wrapped.bin'),
  get('wrapped.bin'),
  remove('missing.txt'),
  remove('renamed-folder'),
  remove('nothing-inside'),
  get('nothing-inside'),
  differs(remove('dangling.txt'), 'a link that leads nowhere can be deleted like any other file', {
    status: 204,
    reason: 'No Content',
    body: '',
    'header content-type': undefined,
    'header access-control-allow-origin': '',
  }),
  remove(''),
]);

compareRequests('checkpoints and trust', pair, [
  get('outputs.ipynb/checkpoints'),
  post('outputs.ipynb/checkpoints'),
  get('outputs.ipynb/checkpoints'),
  put('outputs.ipynb', { type: 'notebook', format: 'json', content: notebook('changed') }),
  post('outputs.ipynb/checkpoints/checkpoint'),
  get('outputs.ipynb'),
  explained(
    post('outputs.ipynb/checkpoints/nonsense'),
    404,
    'Checkpoint does not exist: outputs.ipynb@nonsense',
  ),
  { method: 'DELETE', path: at('outputs.ipynb/checkpoints/checkpoint') },
  { method: 'DELETE', path: at('outputs.ipynb/checkpoints/checkpoint'), note: 'again' },
  get('outputs.ipynb/checkpoints'),
  get('plain.txt/checkpoints'),
  post('plain.txt/checkpoints'),
  get('plain.txt/checkpoints'),
  explained(post('folder/checkpoints'), 400, 'There are no checkpoints of directories: folder'),
  get('missing.txt/checkpoints'),
  explained(post('missing.txt/checkpoints'), 404, 'No such file or directory: missing.txt'),
  explained(
    post('missing.txt/checkpoints/checkpoint'),
    404,
    'Checkpoint does not exist: missing.txt@checkpoint',
  ),
  get('folder/deeper/last.txt/checkpoints'),
  post('folder/deeper/last.txt/checkpoints'),
  get('.ipynb_checkpoints'),
  patch('plain.txt', { path: 'plain-moved.txt' }),
  get('plain-moved.txt/checkpoints'),
  get('with-output.ipynb'),
  post('with-output.ipynb/trust'),
  get('with-output.ipynb'),
  differs(post('plain-moved.txt/trust'), 'what is no notebook is the mistake of who sent it', {
    status: 400,
    reason: 'Bad Request',
  }),
  post('missing.ipynb/trust'),
  post('broken.ipynb/trust'),
  { method: 'GET', path: at('book.ipynb/trust') },
]);

compareRequests('methods and redirects', pair, [
  { method: 'OPTIONS', path: at('plain.txt') },
  { method: 'HEAD', path: at('folder') },
  differs(
    { method: 'POST', path: '/api/contents/folder/', body: { type: 'file' }, note: 'trailing slash' },
    'jupyter_server redirects, too, but here asks even the bearer of a token for an XSRF cookie',
    {
      status: 302,
      reason: 'Found',
      body: '',
      'header location': '/api/contents/folder',
      'header access-control-allow-origin': '',
      'header content-security-policy': expect.any(String) as unknown,
      'header set-cookie': expect.any(String) as unknown,
      'header x-content-type-options': 'nosniff',
    },
  ),
  { path: '/api/contents/?content=0' },
  { path: '/api/notebooks/book.ipynb' },
  { path: '/api/notebooks' },
  { path: '/api/resolvePath?path=plain-moved.txt' },
  { path: '/api/resolvePath?path=folder/inside.txt' },
  { path: '/api/resolvePath?path=missing.txt' },
  { path: '/api/resolvePath?path=/etc/hostname' },
  { path: '/api/resolvePath?path=../outside.txt' },
  { path: '/api/resolvePath' },
]);
