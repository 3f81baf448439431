import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import { writeSampleFiles } from './sample-files.ts';
import { startServerPair } from './server-pair.ts';

const later = 'Wed, 01 Jan 2031 00:00:00 GMT';
const earlier = 'Wed, 01 Jan 2001 00:00:00 GMT';
const pair = startServerPair((server) => {
  writeSampleFiles(server);
  const put = (name: string, content: string): void =>
    writeFileSync(join(server.folders.root, name), content);
  put('archive.tar.gz', 'x');
  put('picture.svg', '<svg/>');
  put('code.js', '1\n');
  put('large.bin', 'abcdefg'.repeat(100_000));
});
const get = (
  path: string,
  headers: Record<string, string> = {},
  more: Partial<RequestRow> = {},
): RequestRow => ({
  path,
  headers,
  ...(headers['range'] === undefined ? {} : { note: headers['range'] }),
  ...more,
});

compareRequests('files', pair, [
  get('/files/plain.txt'),
  get('/files/plain.txt?download=1'),
  get('/files/plain.txt?1795226178250'),
  get('/files/empty.txt'),
  get('/files/script.py'),
  get('/files/data.json'),
  get('/files/page.html'),
  get('/files/table.csv'),
  get('/files/no-extension'),
  get('/files/bytes.bin'),
  get('/files/pixel.png'),
  get('/files/latin-1.txt'),
  get('/files/book.ipynb'),
  get('/files/book.ipynb?download=1'),
  get('/files/broken.ipynb'),
  get('/files/old.ipynb', {}, { ignore: ['id'] }),
  get('/files/read-only.txt'),
  get('/files/%C3%BCn%C3%AF%20%E2%98%83%20%E6%97%A5%E6%9C%AC/schnee%20%E2%98%83.txt?download=1'),
  get('/files/a%20b%2Bc%26d%23e%3Ff%25.txt?download=1'),
  get('/files/100%2525.txt'),
  get('/files/quote%27%22%3C%3E.txt?download=1'),
  get('/files/folder'),
  get('/files/folder/'),
  get('/files/folder/inside.txt'),
  get('/files/folder%2Finside.txt'),
  get('/files/missing.txt'),
  get('/files/.hidden.txt'),
  get('/files/.hidden/file.txt'),
  get('/files/../outside.txt'),
  get('/files/..%2Foutside.txt'),
  get('/files/link.txt'),
  get('/files/plain.txt', { range: 'bytes=0-4' }),
  get('/files/plain.txt', { range: 'bytes=5-' }),
  get('/files/plain.txt', { range: 'bytes=-5' }),
  get('/files/plain.txt', { range: 'bytes=0-9999' }),
  get('/files/plain.txt', { range: 'bytes=9999-' }),
  get('/files/plain.txt', { range: 'bytes=5-2' }),
  get('/files/plain.txt', { range: 'bytes=0-1,3-4' }),
  get('/files/plain.txt', { range: 'lines=1-2' }),
  get('/files/bytes.bin', { range: 'bytes=100-199' }),
  get('/files/plain.txt', { range: 'bytes=-0' }),
  get('/files/plain.txt', { range: 'bytes=-999' }),
  get('/files/empty.txt', { range: 'bytes=0-' }),
  get('/files/plain.txt', { range: 'bytes=22-22' }),
  get('/files/plain.txt', { range: 'bytes = 1 - 3' }),
  get('/files/plain.txt', { range: 'bytes=a-b' }),
  get('/files/plain.txt', { range: 'bytes=-' }),
  get('/files/large.bin'),
  get('/files/large.bin', { range: 'bytes=1000-500000' }),
  get('/files/plain.txt', { range: 'bytes=0-4' }, { method: 'HEAD', note: 'a part' }),
  get('/files/plain.txt', { 'if-modified-since': later }, { note: 'not changed' }),
  get('/files/plain.txt', { 'if-modified-since': earlier }, { note: 'changed' }),
  get('/files/plain.txt', { 'if-modified-since': 'nonsense' }, { note: 'changed since nonsense' }),
  get('/files/plain.txt', { 'if-none-match': '"x"' }, { note: 'an entity tag' }),
  get('/files/plain.txt', { 'if-none-match': '"x"', 'if-modified-since': later }, { note: 'both' }),
  get('/files/plain.txt?v=1'),
  get('/files/plain.txt?v'),
  get('/files/plain.txt?download=0'),
  get('/files/plain.txt?download='),
  get('/files/plain.txt?download'),
  get('/files/plain.txt/'),
  get('/files/folder/../plain.txt'),
  get('/files/archive.tar.gz'),
  get('/files/picture.svg'),
  get('/files/code.js'),
  get('/files/dangling.txt'),
  get('/files/loop-a'),
  get('/files/notebook.ipynb'),
  get('/files/notebook.ipynb/file.txt'),
  get('/files/back%5Cslash%3Acolon%2A.txt?download=1'),
  get(`/files/${'n'.repeat(300)}`),
  get('/files/plain.txt/below'),
  get('/files/missing.txt', {}, { method: 'HEAD' }),
  get('/files/plain.txt', {}, { method: 'PUT' }),
  get('/files/plain.txt', {}, { method: 'DELETE' }),
  get('/files/plain.txt', {}, { method: 'HEAD', auth: 'none', note: 'without a token' }),
  get('/files/plain.txt', {}, { method: 'HEAD' }),
  get('/files/plain.txt', {}, { method: 'POST' }),
  get('/files/plain.txt', {}, { method: 'OPTIONS' }),
  get('/files/plain.txt', {}, { auth: 'none', note: 'without a token' }),
  get('/files'),
  get('/files/'),
]);

compareRequests('view', pair, [
  get('/view/page.html'),
  get('/view/plain.txt'),
  get('/view/missing.html'),
  get('/view'),
  get('/view/'),
  get('/view/..'),
  get('/view/link.txt'),
  get('/view/dangling.txt'),
  get('/view/page.html', {}, { auth: 'none', note: 'without a token' }),
  get('/view/page.html', {}, { method: 'POST' }),
  get('/view/folder'),
  get('/view/a%20b%2Bc%26d%23e%3Ff%25.txt'),
]);

const small = {
  cells: [{ id: 'a', cell_type: 'markdown', metadata: {}, source: '# Hello' }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
};

const redirected = (location: string): Partial<RequestRow> => ({
  deviation: {
    because: 'jupyter_server means to redirect as well, but forgets to wait for it and answers with nothing',
    ours: { status: 302, reason: 'Found', 'header location': location },
  },
});

compareRequests('nbconvert', pair, [
  get('/api/nbconvert'),
  get('/nbconvert/html/book.ipynb'),
  get('/nbconvert/html/book.ipynb?download=true'),
  get('/nbconvert/script/book.ipynb?download=true'),
  get('/nbconvert/markdown/book.ipynb?download=false'),
  get('/nbconvert/markdown/with-output.ipynb?download=true'),
  get('/nbconvert/rst/folder/inside.ipynb?download=true'),
  get('/nbconvert/python/emoji%20%F0%9F%91%A9%E2%80%8D%F0%9F%94%AC.ipynb?download=true'),
  get('/nbconvert/nonsense/book.ipynb'),
  get('/nbconvert/html/missing.ipynb'),
  get('/nbconvert/html/plain.txt', {}, redirected('/files/plain.txt')),
  get('/nbconvert/html/broken.ipynb'),
  get('/nbconvert/script/old.ipynb'),
  get('/nbconvert/script/not-valid.ipynb'),
  get('/nbconvert/script/book.ipynb?download=1'),
  get('/nbconvert/notebook/book.ipynb?download=true'),
  get('/nbconvert/markdown//book.ipynb'),
  get('/nbconvert'),
  get('/nbconvert/html/folder', {}, redirected('/tree/folder')),
  get('/nbconvert/script/.hidden/a.ipynb'),
  get('/nbconvert/markdown/book.ipynb', {}, { auth: 'none', note: 'without a token' }),
  { method: 'POST', path: '/nbconvert/markdown', body: { name: 'x.ipynb', content: small } },
  { method: 'POST', path: '/nbconvert/markdown', body: { content: small }, note: 'no name' },
  {
    method: 'POST',
    path: '/nbconvert/markdown',
    body: { name: 'x.ipynb' },
    deviation: {
      because: 'a body without a notebook is the mistake of who sent it',
      ours: { status: 400, reason: 'Bad Request' },
    },
  },
  { method: 'POST', path: '/nbconvert/markdown', body: { name: 'x', content: small }, note: 'no extension' },
  { method: 'POST', path: '/nbconvert/markdown', body: '{', note: 'broken JSON' },
  { method: 'POST', path: '/nbconvert/nonsense', body: { name: 'x.ipynb', content: small } },
]);

const changesWithUpgrades: Partial<RequestRow> = {
  deviation: {
    because: 'kept for a year it would hide an upgrade: its name has no hash',
    ours: { 'header cache-control': 'no-cache' },
  },
};

const saysItsCharset: Partial<RequestRow> = {
  deviation: {
    because: 'text says its charset; kept for a year it would hide an upgrade: its name has no hash',
    ours: { 'header cache-control': 'no-cache', 'header content-type': 'text/html; charset=utf-8' },
  },
};

compareRequests('static files', pair, [
  get('/static/favicons/favicon.ico'),
  get('/favicon.ico'),
  get('/static/favicon.ico'),
  get('/static/favicons/favicon-busy-1.ico'),
  get('/static/favicons/favicon-notebook.ico'),
  get('/static/'),
  get('/static/lab'),
  get('/lab/extensions/'),
  get('/lab/extensions/jupyterlab_pygments/package.json', { range: 'bytes=0-9' }),
  get('/static/missing.js'),
  get('/static/lab/missing.js'),
  get('/static/../outside.txt'),
  get('/static/..%2F..%2Foutside.txt'),
  get('/static/lab/package.json', {}, { note: 'the lab bundle', ...changesWithUpgrades }),
  get('/static/lab/index.html', {}, { note: 'its template', ...saysItsCharset }),
  get('/static/logo/logo.png', {}, { method: 'HEAD' }),
  get('/lab/extensions/missing/static/remoteEntry.js'),
  get('/lab/extensions/@jupyter-notebook/lab-extension/package.json'),
  get('/lab/extensions/@jupyter-notebook/lab-extension/..%2F..%2Fmissing'),
  get(
    '/custom/custom.css',
    {},
    {
      deviation: {
        because: 'text says its charset; what a person writes by hand is asked for at each visit',
        ours: { 'header content-type': 'text/css; charset=utf-8', 'header cache-control': 'no-cache' },
      },
    },
  ),
  get('/robots.txt'),
]);
