import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { send } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { onlyStock } from './both-servers.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import { answer, asNotebook, at, differs, get, onDisk, put, text } from './contents-rows.ts';
import { notebook, writeSampleFiles } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

const TYPES =
  'md ipynb js mjs ts tsx svg R jl parquet csv tsv yaml yml toml webp avif woff2 xlsx pdf zip gz tar tar.gz bz2 xz tgz h5 npy pkl sql sh c cpp h java rs go php css scss html htm xhtml xml json jsonl geojson txt text log ini cfg rst tex bib wav mp3 mp4 webm ogg mov gif jpg jpeg tiff bmp ico wasm map lock env db sqlite py pyi m kt pl zig TXT PY svgz Z gz.txt';

const notebookText = (more: object, metadata = '{}'): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: 0, cells: [], ...more }).replace(
    '"metadata":0',
    `"metadata":${metadata}`,
  );
const rawCell = (more: object): object => ({ id: 'a', cell_type: 'raw', metadata: {}, source: 'x', ...more });

const files: Readonly<Record<string, string | Buffer>> = {
  'bom.txt': '\ufeffwith a mark\r\nline\n',
  'bom.ipynb': `\ufeff${notebookText({})}`,
  'crlf.ipynb': JSON.stringify(notebook('1\r\n2\r\n'), null, 1).replaceAll('\n', '\r\n'),
  'latin-1.ipynb': Buffer.from(JSON.stringify(notebook('"\xe9"')), 'latin1'),
  'numbers.ipynb': notebookText({}, '{"i":123456789012345678901234567890,"f":1.0,"e":1E5,"n":-0,"nf":-0.0}'),
  'not-a-number.ipynb': notebookText({}, '{"a":NaN,"b":1e400}'),
  'twice.ipynb': notebookText({}, '{"a":1,"a":2}'),
  'minor-6.ipynb': notebookText({ nbformat_minor: 6, extra: 1 }),
  'minor-0.ipynb': JSON.stringify({ ...notebook('1'), nbformat_minor: 0 }),
  'no-minor.ipynb': JSON.stringify({ nbformat: 4, metadata: {}, cells: [] }),
  'version-as-text.ipynb': notebookText({ nbformat: '4' }),
  'same-ids.ipynb': notebookText({ cells: [rawCell({}), rawCell({})] }),
  'bad-id.ipynb': notebookText({ cells: [rawCell({ id: 'a b' })] }),
  'extra.ipynb': JSON.stringify({ ...notebook('1'), extra: 1 }),
  'null.ipynb': 'null',
  'blank.ipynb': ' \n',
  'version-1.ipynb': '{"cells":[]}',
  'version-1-empty.ipynb': '{}',
  'version-2.ipynb': '{"nbformat":2,"metadata":{"name":"x"},"worksheets":[]}',
  'bad-output.ipynb': JSON.stringify(notebook('1', [{ output_type: 'nonsense' }])),
  'old-metadata.ipynb': notebookText({}, '{"signature":"a","orig_nbformat":3,"ünï":1}'),
  ' leading.txt': 'x',
  'trailing .txt ': 'x',
  '...': 'x',
  'a..b': 'x',
  '~': 'x',
  'new\nline.txt': 'x',
  'e\u0301.txt': 'composed of two',
  '\u00e9.txt': 'in one piece',
  checkpoints: 'x',
  trust: 'x',
};

function writeFiles(server: JupyterServerProcess): void {
  writeSampleFiles(server);
  const { root } = server.folders;
  mkdirSync(join(root, 'types'));
  for (const type of TYPES.split(' ')) writeFileSync(join(root, 'types', `a.${type}`), 'x');
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  mkdirSync(join(root, 'odd-bytes'));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/odd-bytes/`), Buffer.from([0x66, 0xff])]), 'x');
  mkdirSync(join(root, 'circle'));
  symlinkSync('.', join(root, 'circle', 'a'));
}

const pair = startServerPair(writeFiles);
const withEtag = (headers: Record<string, string>, note: string): RequestRow => ({
  ...get('plain.txt'),
  headers,
  note,
});

compareRequests('details of reading', pair, [
  get('types'),
  ...['types/a.py', 'types/a.svgz', 'types/a.gz', 'types/a.jsonl'].map((path) => get(path)),
  { method: 'HEAD', path: at('plain.txt') },
  { method: 'HEAD', path: at('missing.txt') },
  { ...get('plain.txt'), remember: ({ headers }) => ({ etag: headers.etag ?? 'none' }), note: 'its ETag' },
  withEtag({ 'if-none-match': '{etag}' }, 'not changed'),
  withEtag({ 'if-none-match': 'W/{etag}' }, 'not changed, weak'),
  withEtag({ 'if-none-match': '"other", {etag}' }, 'not changed, of several'),
  withEtag({ 'if-none-match': '*' }, 'not changed, any'),
  withEtag({ 'if-none-match': '"other"' }, 'changed'),
  withEtag({ 'if-modified-since': 'Wed, 01 Jan 2031 00:00:00 GMT' }, 'dates do not count here'),
  ...Object.keys(files)
    .filter((name) => name.endsWith('.ipynb') && !/^not-a-number|^version-as/.test(name))
    .map((name) => ({ ...get(name, '?hash=1'), ignore: /same-ids|version/.test(name) ? ['id'] : [] })),
  get('version-as-text.ipynb'),
  differs(get('not-a-number.ipynb'), 'no browser reads the NaN and Infinity that Python writes', {
    body: expect.objectContaining({
      content: { cells: [], metadata: { a: null, b: null }, nbformat: 4, nbformat_minor: 5 },
      message:
        'Notebook validation failed: NaN and Infinity are not JSON; they are shown, and would be saved, as null',
    }),
  }),
  get('bytes.bin', '?type=notebook'),
  get('plain.txt', '?type=notebook&content=0&hash=1'),
  get('plain.txt', '?content='),
  get('plain.txt', '?format='),
  get('plain.txt', '?hash='),
  get('plain.txt', '?content=0&content=1'),
  get('plain.txt', '?content=%201%20'),
  get('folder', '?content=0&hash=1'),
  get('folder', '?format=text'),
  get('broken.ipynb', '?content=0&hash=1'),
  get('bom.txt', '?hash=1'),
]);

compareRequests('details of names', pair, [
  get('%20leading.txt'),
  get('trailing%20.txt%20'),
  get('...'),
  get('a..b'),
  get('~'),
  get('new%0Aline.txt'),
  get('e%CC%81.txt'),
  get('%C3%A9.txt'),
  get('missing%0A%27%22%C3%A9%F0%9F%91%A9.txt'),
  get('plain.txt;x=1'),
  get('checkpoints'),
  get('trust'),
  differs(get('odd-bytes'), 'no URL can name a file whose name is not UTF-8, so it is not listed', {
    body: expect.objectContaining({ content: [] }),
  }),
  { ...get('plain.txt'), auth: 'none', note: 'without a token' },
  { ...put('plain.txt', text('x')), auth: 'none', note: 'without a token' },
  { ...get('folder//inside.txt'), auth: 'none', note: 'without a token' },
  { method: 'POST', path: '/api/notebooks/book.ipynb' },
  { path: '/api/contentsx' },
]);

compareRequests('details of resolved paths', pair, [
  ...[
    '',
    'path=',
    'path=~',
    'path=/',
    'path=folder',
    'path=folder/',
    'path=.hidden.txt',
    'path=link.txt',
  ].map((query) => ({ path: `/api/resolvePath?${query}` })),
  { path: '/api/resolvePath?path=plain.txt&kernel=nonsense' },
  { path: '/api/resolvePath?path=plain.txt&kernel=' },
  { path: '/api/resolvePath?path=plain.txt/below' },
  {
    path: '/api/resolvePath?path=folder/../plain.txt',
    deviation: {
      because: 'one file has one path',
      ours: { body: { resolved: [{ scope: 'server', path: 'plain.txt' }] } },
    },
  },
]);

const chunked = (name: string, chunk: unknown): RequestRow =>
  put(`${name}.txt`, { type: 'file', format: 'text', content: 'a', chunk });

compareRequests('details of saving files', pair, [
  put('in-a-text.txt', asNotebook(notebook('1'))),
  get('in-a-text.txt'),
  get('in-a-text.txt', '?type=notebook'),
  onDisk('in-a-text.txt'),
  put('as-bytes.ipynb', { type: 'file', format: 'base64', content: 'e30=' }),
  get('as-bytes.ipynb'),
  put('with-mark.txt', text('\ufeffx')),
  get('with-mark.txt', '?hash=1'),
  ...[0, null, '1', 1.5, true, false, '', '-1', -2, []].map((chunk, index) => ({
    ...chunked(`chunk-${index}`, chunk),
    note: `chunk ${JSON.stringify(chunk)}`,
  })),
  put('folder-1', { type: 'directory', content: 'x' }),
  put('type-null.txt', { type: null }),
  put('type-null.ipynb', { type: null }),
  put('type-empty.ipynb', { type: '' }),
  put('only-type.ipynb', { type: 'file' }),
  put('only-type.txt', { type: 'notebook' }),
  put('no-type.ipynb', { format: 'json', content: notebook('1') }),
  put('plain.txt', { content: 'x' }, 'no type'),
  put('plain.txt', { type: 'file' }, 'no content'),
  put('elsewhere.txt', { type: 'file', path: '../x', format: 'text', content: 'a' }),
  put('elsewhere.txt', { type: 'file', path: '.hidden', format: 'text', content: 'a' }),
  put('.ipynb_checkpoints/a-checkpoint.ipynb', asNotebook(notebook('1'))),
  put('a-checkpoint.ipynb', asNotebook(notebook('1')), 'called like a checkpoint'),
  get('a-checkpoint.ipynb/checkpoints'),
  put('dangling.txt', text('x'), 'where a link leads'),
  get('gone.txt'),
  put('new%0Aname.txt', text('x')),
  put('%20.txt', text('x')),
  ...['AAE', 'ü', 'AA=E', '', 5].map((content) =>
    put('base-64.bin', { type: 'file', format: 'base64', content }),
  ),
  put('list.txt', { type: 'file', format: 'text', content: ['a'] }),
  put('object.txt', { type: 'file', format: 'text', content: { a: 1 } }),
  put('no-format.txt', { type: 'file', format: null, content: 'x' }),
  put('spaces.txt', '   '),
  put('not-a-number.txt', '{"type":"file","format":"text","content":"a","x":NaN}'),
  { ...put('form.txt', text('x')), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
]);

const cell = (more: object): unknown => ({
  ...notebook('1'),
  cells: [
    { id: 'a', cell_type: 'code', metadata: {}, source: 'x', outputs: [], execution_count: null, ...more },
  ],
});
const saved = (name: string, content: unknown): RequestRow[] => [
  put(`${name}.ipynb`, asNotebook(content)),
  get(`${name}.ipynb`),
  onDisk(`${name}.ipynb`),
];

compareRequests('details of saving notebooks', pair, [
  ...saved('bad-id', cell({ id: 'a b' })),
  ...saved('long-id', cell({ id: 'a'.repeat(65) })),
  ...saved('list-of-lines', cell({ source: ['a\n', 'b'] })),
  ...saved('number-as-source', cell({ source: 5 })),
  ...saved('line-ends', cell({ source: 'a\r\nb\rc\u2028d\x0be' })),
  ...saved('extra-in-cell', cell({ extra: 1 })),
  ...saved('unknown-output', cell({ outputs: [{ output_type: 'nonsense' }] })),
  ...saved(
    'transient',
    cell({ outputs: [{ output_type: 'display_data', metadata: {}, data: {}, transient: {} }] }),
  ),
  ...saved('minor-6', { ...notebook('1'), nbformat_minor: 6, extra: 1 }),
  ...saved('minor-0', { ...notebook('1'), nbformat_minor: 0 }),
  ...saved('extra', { ...notebook('1'), extra: 1 }),
  ...saved('bad-kernelspec', { ...notebook('1'), metadata: { kernelspec: { name: 'x' } } }),
  differs(
    put('no-text.ipynb', asNotebook(cell({ outputs: [{ output_type: 'stream', name: 'stdout' }] }))),
    'what can be saved and read again is saved; jupyter_server leaves an empty file',
    {
      status: 201,
      reason: 'Created',
      body: expect.objectContaining({ message: expect.stringContaining("'text' is a required") as unknown }),
      'header location': '/api/contents/no-text.ipynb',
      'header last-modified': '<date>',
      'header access-control-allow-origin': '',
    },
  ),
  differs(
    put('surrogate.ipynb', asNotebook(cell({ source: '\ud800' }))),
    'half a character is written as an escape, where Python cannot write it',
    {
      status: 201,
      reason: 'Created',
      body: expect.objectContaining({ path: 'surrogate.ipynb' }),
      'header location': '/api/contents/surrogate.ipynb',
      'header last-modified': '<date>',
      'header access-control-allow-origin': '',
    },
  ),
  differs(
    put('version-3-broken.ipynb', asNotebook({ nbformat: 3, nbformat_minor: 0, metadata: {} })),
    'what is no notebook is the mistake of who sent it',
    answer(400, "Cannot save version-3-broken.ipynb: nbformat says KeyError: 'worksheets'"),
  ),
]);

test('a time is the same to the microsecond', async () => {
  const timesOf = async (server: JupyterServerProcess): Promise<unknown[]> => {
    const path = join(server.folders.root, 'timed.txt');
    const times: unknown[] = [];
    for (const time of [0, 0.5, 1_000_000_000, 1_700_000_000.123456, 1_700_000_000.999999, 4_102_444_800.1]) {
      writeFileSync(path, 'x');
      utimesSync(path, time, time);
      const given = await send(server, get('timed.txt', '?content=0'));
      times.push([given.headers['last-modified'], given.json()['last_modified']]);
    }
    return times;
  };
  expect(await timesOf(pair.ours)).toEqual(await timesOf(pair.stock));
});

test.skipIf(onlyStock)('a folder with a link to itself is not copied for ever', async () => {
  const { status } = await send(pair.ours, {
    method: 'POST',
    path: at('nothing-inside'),
    body: { copy_from: 'circle' },
  });
  expect(status).toBe(400);
});
