import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellRun, codeCell, notebookOf } from '../../test/doubles/cell-runs.ts';
import { notebookProblem } from '../contents/notebook-validation.ts';
import { recoverCells } from './recover-cells.ts';

const context = { order: ['a', 'b', 'c'], savedAt: 500, idsAreOwn: true };

describe('what ran and was never saved', () => {
  test('a cell comes behind the one that ran before it', () => {
    const notebook = notebookOf([codeCell('a'), codeCell('z')]);
    const { cells } = recoverCells(notebook, [cellRun({ cellId: 'b' })], context);
    expect(cells.map(({ id }) => id)).toEqual(['a', 'b', 'z']);
    expect(cells[1]).toEqual(codeCell('b'));
  });

  test('several come in the order in which they ran', () => {
    const runs = [cellRun({ cellId: 'c', queuedAt: 3 }), cellRun({ cellId: 'b', queuedAt: 2 })];
    const { cells } = recoverCells(notebookOf([codeCell('a'), codeCell('z')]), runs, context);
    expect(cells.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'z']);
  });

  test('a cell comes at the end where nothing that ran before is left', () => {
    const { cells } = recoverCells(notebookOf([codeCell('z')]), [cellRun({ cellId: 'b' })], context);
    expect(cells.map(({ id }) => id)).toEqual(['z', 'b']);
  });

  test('a cell whose code was edited and run gets the code that ran', () => {
    const run = cellRun({ code: 'edited' });
    const { cells } = recoverCells(notebookOf([codeCell('a')]), [run], context);
    expect(cells[0]).toEqual(codeCell('a', { source: 'edited' }));
  });

  test('a cell that was saved after it ran keeps what was saved', () => {
    const notebook = notebookOf([codeCell('a', { source: 'edited after the run' })]);
    expect(recoverCells(notebook, [cellRun()], { ...context, savedAt: 1500 })).toBe(notebook);
  });

  test('an id that nbformat does not allow, and empty code, make no cell', () => {
    const notebook = notebookOf([codeCell('z')]);
    const runs = [cellRun({ cellId: 'not an id' }), cellRun({ cellId: 'b', code: ' \n' })];
    expect(recoverCells(notebook, runs, context)).toBe(notebook);
  });

  test('in notebooks without ids a cell comes without one, and only once', () => {
    const run = cellRun({ cellId: 'b' });
    const once = recoverCells(notebookOf([codeCell(null, { source: 'x' })], 4), [run], context);
    expect(once.cells).toHaveLength(2);
    expect(notebookProblem(once)).toBeNull();
    expect(recoverCells(once, [run], context)).toBe(once);
  });

  test('property: no cell is lost, none is there twice, and the notebook is valid', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const some = fc.uniqueArray(fc.constantFrom(...names));
    fc.assert(
      fc.property(some, some, some, (saved, ran, order) => {
        const notebook = notebookOf(saved.map((name) => codeCell(name)));
        const runs = ran.map((cellId, queuedAt) => cellRun({ cellId, queuedAt: queuedAt + 1000 }));
        const recovered = recoverCells(notebook, runs, { ...context, order });
        const ids = recovered.cells.map(({ id }) => String(id));
        expect(ids.filter((id) => saved.includes(id))).toEqual(saved);
        expect(ids.toSorted()).toEqual([...new Set([...saved, ...ran])].sort());
        expect(notebookProblem(recovered)).toBeNull();
        expect(recoverCells(recovered, runs, { ...context, order })).toBe(recovered);
      }),
    );
  });
});
