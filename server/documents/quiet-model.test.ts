import type { YFile, YNotebook } from '@jupyter/ydoc';
import { YNotebook as Notebook } from '@jupyter/ydoc';
import { expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { emptyModel } from './document-model.ts';

const quietNotebook = () => emptyModel({ type: 'notebook', format: 'json' }) as YNotebook;

test('two who say at once that a cell is idle, or its count, harm nobody', () => {
  const first = Notebook.create();
  first.insertCell(0, { cell_type: 'code', id: 'a', source: '', metadata: {} });
  const server = quietNotebook();
  Y.applyUpdate(server.ydoc, Y.encodeStateAsUpdate(first.ydoc));
  const second = quietNotebook();
  Y.applyUpdate(second.ydoc, Y.encodeStateAsUpdate(first.ydoc));
  for (const notebook of [first, second]) {
    const [cell] = notebook.cells;
    if (cell?.cell_type !== 'code') throw new Error('no code cell');
    cell.executionState = notebook === first ? 'running' : 'idle';
    cell.execution_count = notebook === first ? 1 : 2;
  }
  const updates = [first, second].map(({ ydoc }) => Y.encodeStateAsUpdate(ydoc));
  const other = quietNotebook();
  for (const update of updates) Y.applyUpdate(server.ydoc, update);
  for (const update of updates.reverse()) Y.applyUpdate(other.ydoc, update);
  expect(server.toJSON()).toEqual(other.toJSON());
  for (const model of [first, second, server, other]) model.dispose();
});

test('a letter in a text is not described to anybody, in notebooks and in files', () => {
  const described = vi.spyOn(Y.YTextEvent.prototype, 'delta', 'get');
  const notebook = quietNotebook();
  notebook.insertCell(0, { cell_type: 'code', id: 'a', source: '', metadata: {} });
  const file = emptyModel({ type: 'file', format: 'text' }) as YFile;
  notebook.getCell(0).ysource.insert(0, 'x');
  file.ysource.insert(0, 'x');
  expect(described).not.toHaveBeenCalled();
  expect([notebook.getCell(0).source, file.source]).toEqual(['x', 'x']);
});

test('it is disposed of without complaint, whole or a cell alone', () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const notebook = quietNotebook();
  notebook.insertCell(0, { cell_type: 'code', id: 'a', source: '', metadata: {} });
  notebook.deleteCell(0);
  notebook.dispose();
  emptyModel({ type: 'file', format: 'text' }).dispose();
  expect(complaint).not.toHaveBeenCalled();
});
