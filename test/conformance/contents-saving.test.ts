import { expect } from 'vitest';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import { answer, at, differs, explained, get, onDisk, put, text } from './contents-rows.ts';
import { notebook, notebookV3, writeSampleFiles } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

const pair = startServerPair(writeSampleFiles);
const tooLong = `${'n'.repeat(300)}.txt`;

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
