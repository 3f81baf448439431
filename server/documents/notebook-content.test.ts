import { YNotebook } from '@jupyter/ydoc';
import { expect, test } from 'vitest';
import { fillNotebook } from './notebook-content.ts';

test('a notebook that is put into a document is the same when it is read from it', () => {
  const stream = { output_type: 'stream', name: 'stdout', text: 'one\ntwo' };
  const shown = { output_type: 'display_data', data: { 'text/plain': 'x' }, metadata: {} };
  const notebook = {
    cells: [
      {
        cell_type: 'code',
        id: 'a',
        source: '1',
        metadata: { tags: ['t'] },
        execution_count: 3,
        outputs: [stream, shown],
      },
      {
        cell_type: 'markdown',
        id: 'b',
        source: '# T',
        metadata: {},
        attachments: { 'x.png': { 'image/png': 'aa' } },
      },
      { cell_type: 'raw', id: 'c', source: '', metadata: {} },
    ],
    metadata: { kernelspec: { name: 'python3', display_name: 'P' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const model = new YNotebook();
  const withOld = { ...notebook, metadata: { ...notebook.metadata, orig_nbformat: 3 } };
  model.ydoc.transact(() => fillNotebook(model.ydoc, withOld));
  expect(model.toJSON()).toEqual(notebook);
  model.dispose();
});
