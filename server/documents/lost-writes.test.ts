import { YNotebook } from '@jupyter/ydoc';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { overlookLostWrites } from './lost-writes.ts';

test('two who say at once that a cell is idle, or its count, harm nobody', () => {
  overlookLostWrites();
  const first = YNotebook.create();
  first.insertCell(0, { cell_type: 'code', id: 'a', source: '', metadata: {} });
  const second = new YNotebook();
  Y.applyUpdate(second.ydoc, Y.encodeStateAsUpdate(first.ydoc));
  for (const notebook of [first, second]) {
    const [cell] = notebook.cells;
    if (cell?.cell_type !== 'code') throw new Error('no code cell');
    cell.executionState = notebook === first ? 'running' : 'idle';
    cell.execution_count = notebook === first ? 1 : 2;
  }
  const [ofFirst, ofSecond] = [first, second].map(({ ydoc }) => Y.encodeStateAsUpdate(ydoc));
  Y.applyUpdate(first.ydoc, ofSecond ?? new Uint8Array());
  Y.applyUpdate(second.ydoc, ofFirst ?? new Uint8Array());
  expect(second.toJSON()).toEqual(first.toJSON());
});
