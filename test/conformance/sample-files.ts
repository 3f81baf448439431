import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';

export const notebook = (source: string, outputs: unknown[] = []): Record<string, unknown> => ({
  cells: [
    { id: 'title', cell_type: 'markdown', metadata: {}, source: ['# Title\n', 'second line'] },
    { id: 'code-1', cell_type: 'code', execution_count: null, metadata: {}, outputs, source },
  ],
  metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
  nbformat: 4,
  nbformat_minor: 5,
});

export const notebookV3 = {
  metadata: { name: '' },
  nbformat: 3,
  nbformat_minor: 0,
  worksheets: [
    {
      metadata: {},
      cells: [
        { cell_type: 'heading', level: 1, metadata: {}, source: ['Old'] },
        {
          cell_type: 'code',
          collapsed: false,
          input: ['print(1)'],
          language: 'python',
          metadata: {},
          outputs: [{ output_type: 'pyout', prompt_number: 1, metadata: {}, text: ['1'] }],
          prompt_number: 1,
        },
      ],
    },
  ],
};

/** The files that every table of requests starts from, the same on both servers. */
export function writeSampleFiles({ folders: { root, own } }: JupyterServerProcess): void {
  const put = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  put('plain.txt', 'first line\nsecond line\n');
  put('empty.txt', '');
  put('script.py', 'print("hello")\n');
  put('data.json', '{"a": [1, 2]}\n');
  put('page.html', '<p>hello</p>\n');
  put('table.csv', 'a,b\n1,2\n');
  put('no-extension', 'text\n');
  put('latin-1.txt', Buffer.from('caf\xe9\n', 'latin1'));
  put('windows.txt', 'one\r\ntwo\r\n');
  put('bytes.bin', Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256)));
  put(
    'pixel.png',
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  );
  put('book.ipynb', `${JSON.stringify(notebook('print(1)'), null, 1)}\n`);
  put(
    'with-output.ipynb',
    JSON.stringify(
      notebook('1', [
        { output_type: 'stream', name: 'stdout', text: ['a\n', 'b\n'] },
        {
          output_type: 'display_data',
          metadata: {},
          data: { 'text/html': ['<b>', 'x</b>'], 'application/json': { a: ['b'] } },
        },
      ]),
    ),
  );
  put('old.ipynb', JSON.stringify(notebookV3));
  put('future.ipynb', JSON.stringify({ ...notebook('1'), nbformat: 9 }));
  put('broken.ipynb', '{"cells": [');
  put('empty.ipynb', '');
  put('list.ipynb', '[1, 2]');
  put('not-valid.ipynb', JSON.stringify({ ...notebook('1'), cells: [{ cell_type: 'code', source: 5 }] }));
  put('no-cells.ipynb', '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}');
  put('folder/inside.txt', 'inside\n');
  put('folder/deeper/last.txt', 'last\n');
  put('folder/inside.ipynb', JSON.stringify(notebook('2')));
  put('folder/.hidden.txt', 'hidden\n');
  put('folder/module.pyc', 'x');
  put('folder/__pycache__/a.txt', 'x');
  put('folder/backup~', 'x');
  put('folder/.DS_Store', 'x');
  put('.hidden/file.txt', 'hidden\n');
  put('.hidden.txt', 'hidden\n');
  put('notebook.ipynb/file.txt', 'in a folder named like a notebook\n');
  put('ünï ☃ 日本/schnee ☃.txt', 'snow\n');
  put('a b+c&d#e?f%.txt', 'odd\n');
  put('100%25.txt', 'literally percent twenty-five\n');
  put('quote\'"<>.txt', 'quotes\n');
  put('back\\slash:colon*.txt', 'forbidden on Windows\n');
  put('emoji 👩‍🔬.ipynb', JSON.stringify(notebook('3')));
  mkdirSync(join(root, 'nothing-inside'));
  put('read-only.txt', 'as it was\n');
  chmodSync(join(root, 'read-only.txt'), 0o444);
  writeFileSync(join(own, 'outside.txt'), 'outside of the root\n');
  mkdirSync(join(own, 'outside'));
  writeFileSync(join(own, 'outside', 'secret.txt'), 'outside of the root\n');
  symlinkSync('plain.txt', join(root, 'link.txt'));
  symlinkSync('folder', join(root, 'link-to-folder'));
  symlinkSync('gone.txt', join(root, 'dangling.txt'));
  symlinkSync('loop-b', join(root, 'loop-a'));
  symlinkSync('loop-a', join(root, 'loop-b'));
}
