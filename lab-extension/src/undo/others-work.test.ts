import { YNotebook, type YCodeCell } from '@jupyter/ydoc';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { keepOthersWork } from './others-work.ts';

// @jupyter/ydoc reads cells before they are in a document, of which Yjs complains each time.
beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

/** Pages of people and the server, each with a document of its own; `meet` brings all to the same state. */
function pages(options: { readonly documentWide?: boolean } = {}) {
  const make = () => {
    const notebook = new YNotebook({ disableDocumentWideUndoRedo: options.documentWide !== true });
    // Each change is a step of its own, however fast the test is.
    notebook.undoManager.captureTimeout = 0;
    keepOthersWork(notebook.ydoc, notebook.undoManager);
    return notebook;
  };
  const [ada, bob, server] = [make(), make(), make()] as [YNotebook, YNotebook, YNotebook];
  const meet = () => {
    for (const one of [ada, bob, server])
      for (const other of [ada, bob, server])
        if (one !== other)
          Y.applyUpdate(
            other.ydoc,
            Y.encodeStateAsUpdate(one.ydoc, Y.encodeStateVector(other.ydoc)),
            'remote',
          );
  };
  server.setSource({
    cells: ['a', 'b', 'c'].map((id) => ({
      id,
      cell_type: 'code',
      source: `${id} = 1`,
      metadata: {},
      outputs: [],
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
  server.clearUndoHistory();
  meet();
  return { ada, bob, server, meet };
}

const sources = (notebook: YNotebook) => notebook.cells.map((cell) => `${cell.id}: ${cell.source}`);
const type = (notebook: YNotebook, cell: number, at: number, text: string) =>
  notebook.getCell(cell).updateSource(at, at, text);
const print = (notebook: YNotebook, cell: number, text: string) =>
  (notebook.getCell(cell) as YCodeCell).setOutputs([{ output_type: 'stream', name: 'stdout', text }]);
const outputs = (notebook: YNotebook, cell: number) => (notebook.getCell(cell) as YCodeCell).outputs;

describe('undo', () => {
  it('has nothing to undo in a page that has just opened the notebook', () => {
    const { ada, bob } = pages();
    expect([ada.canUndo(), bob.canUndo(), ...ada.cells.map((cell) => cell.canUndo())]).not.toContain(true);
    expect(ada.undo()).toBe(false);
  });

  it.each([{ documentWide: false }, { documentWide: true }])(
    'undoes one’s own text only, although another typed into the same word (%j)',
    (options) => {
      const { ada, bob, meet } = pages(options);
      type(ada, 0, 5, '0000');
      meet();
      type(bob, 0, 7, '.5.');
      meet();
      expect(ada.getCell(0).source).toBe('a = 100.5.00');
      ada.getCell(0).undo();
      meet();
      expect([ada.getCell(0).source, bob.getCell(0).source]).toEqual(['a = 1.5.', 'a = 1.5.']);
      ada.getCell(0).redo();
      meet();
      expect(bob.getCell(0).source).toBe('a = 100.5.00');
    },
  );

  it('I2: never undoes outputs', () => {
    const { ada, server, meet } = pages({ documentWide: true });
    type(ada, 0, 5, '0');
    meet();
    print(server, 0, 'ten\n');
    meet();
    while (ada.undo());
    meet();
    expect(server.getCell(0).source).toBe('a = 1');
    expect(outputs(server, 0)).toMatchObject([{ text: 'ten\n' }]);
  });

  it('takes away a cell that one added and nobody touched, and brings it back', () => {
    const { ada, bob, meet } = pages();
    ada.insertCell(1, { id: 'new', cell_type: 'code', source: 'x' });
    meet();
    ada.undo();
    meet();
    expect(sources(bob)).toEqual(['a: a = 1', 'b: b = 1', 'c: c = 1']);
    ada.redo();
    meet();
    expect(sources(bob)).toEqual(['a: a = 1', 'new: x', 'b: b = 1', 'c: c = 1']);
  });

  it('keeps a cell that one added once another has typed into it', () => {
    const { ada, bob, meet } = pages();
    ada.insertCell(1, { id: 'new', cell_type: 'code', source: 'mine' });
    meet();
    type(bob, 1, 0, 'bob’s ');
    meet();
    ada.undo();
    meet();
    expect(sources(bob)[1]).toBe('new: bob’s ');
    expect(sources(ada)).toEqual(sources(bob));
  });

  it('I2: keeps a cell that one added once it has outputs', () => {
    const { ada, server, meet } = pages();
    ada.insertCell(1, { id: 'new', cell_type: 'code', source: 'x' });
    meet();
    print(server, 1, 'hello\n');
    meet();
    ada.undo();
    meet();
    expect(server.cells).toHaveLength(4);
    expect(outputs(server, 1)).toMatchObject([{ text: 'hello\n' }]);
  });

  it('deletes again what one brings back and deletes again, but not what another typed into it meanwhile', () => {
    const { ada, bob, meet } = pages();
    ada.deleteCell(1);
    meet();
    ada.undo();
    meet();
    expect(sources(bob)[1]).toBe('b: b = 1');
    type(bob, 1, 5, '23');
    meet();
    ada.redo();
    meet();
    expect(sources(bob)[1]).toContain('23');
  });

  it('moves a cell back with what others typed into it since', () => {
    const { ada, bob, meet } = pages();
    ada.moveCell(0, 2);
    meet();
    expect(sources(bob)).toEqual(['b: b = 1', 'c: c = 1', 'a: a = 1']);
    type(bob, 2, 5, '00');
    meet();
    ada.undo();
    meet();
    expect(sources(bob)).toEqual(['a: a = 100', 'b: b = 1', 'c: c = 1']);
    expect(sources(ada)).toEqual(sources(bob));
    type(bob, 0, 0, 'big_');
    meet();
    ada.redo();
    meet();
    expect(sources(bob)).toEqual(['b: b = 1', 'c: c = 1', 'a: big_a = 100']);
  });

  it('undoes a move of several cells at once', () => {
    const { ada, bob, meet } = pages();
    ada.moveCells(0, 2, 2);
    meet();
    expect(sources(bob).map(([id]) => id)).toEqual(['c', 'a', 'b']);
    type(bob, 1, 5, '!');
    meet();
    ada.undo();
    meet();
    expect(sources(bob)).toEqual(['a: a = 1!', 'b: b = 1', 'c: c = 1']);
  });

  it('never undoes a cell that another added, moved or deleted', () => {
    const { ada, bob, meet } = pages();
    ada.insertCell(0, { id: 'mine', cell_type: 'raw', source: '' });
    meet();
    bob.insertCell(4, { id: 'theirs', cell_type: 'raw', source: '' });
    bob.deleteCell(2);
    meet();
    while (ada.undo());
    meet();
    expect(sources(bob).map((text) => text.split(':')[0])).toEqual(['a', 'c', 'theirs']);
  });
});
