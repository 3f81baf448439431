import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellRun, codeCell, notebookOf, streamOutput } from '../../test/doubles/cell-runs.ts';
import { notebookProblem } from '../contents/notebook-validation.ts';
import { overlayOutputs } from './overlay-outputs.ts';

describe('a notebook with the outputs of runs', () => {
  test('I2: has outputs, count and times in the cell that ran, in the place of all before', () => {
    const before = codeCell('a', {
      execution_count: 7,
      metadata: { tags: ['x'], execution: { old: 'time' } },
      outputs: [streamOutput('old')],
    });
    const timing = { 'shell.execute_reply': '2026-01-01T00:00:00Z' };
    const { notebook } = overlayOutputs(notebookOf([before]), [cellRun({ timing })], true);
    expect(notebook.cells[0]).toEqual({
      ...before,
      execution_count: 1,
      metadata: { tags: ['x'], execution: timing, trusted: true },
      outputs: [streamOutput('run-a\n')],
    });
  });

  test('loses the times of an earlier run where the new one has none', () => {
    const before = codeCell('a', { metadata: { execution: { old: 'time' } } });
    const { notebook } = overlayOutputs(notebookOf([before]), [cellRun()], true);
    expect(notebook.cells[0]?.['metadata']).toEqual({ trusted: true });
  });

  test('is the same object where it shows all already', () => {
    const shown = notebookOf([codeCell('a', { execution_count: 1, outputs: [streamOutput('run-a\n')] })]);
    expect(overlayOutputs(shown, [cellRun()], true).notebook).toBe(shown);
  });

  test('leaves alone what is no code cell any more, and runs whose cell it has not', () => {
    const notebook = notebookOf([{ id: 'a', cell_type: 'markdown', metadata: {}, source: '' }]);
    const elsewhere = cellRun({ cellId: 'b' });
    const overlaid = overlayOutputs(notebook, [cellRun(), elsewhere], true);
    expect(overlaid.notebook).toBe(notebook);
    expect(overlaid.placed).not.toContain(elsewhere);
  });

  test('finds cells without ids by the code that ran, one run a cell, in their order', () => {
    const source = 'next(x)';
    const cells = [codeCell(null, { source }), codeCell(null), codeCell(null, { source })];
    const runs = [
      cellRun({ cellId: 'q', id: 'second', code: source, queuedAt: 2 }),
      cellRun({ cellId: 'p', id: 'first', code: source, queuedAt: 1 }),
      cellRun({ cellId: 'r', id: 'third', code: source, queuedAt: 3 }),
    ];
    const { notebook, placed } = overlayOutputs(notebookOf(cells, 4), runs, true);
    expect(notebook.cells.map(({ outputs }) => outputs)).toEqual([
      [streamOutput('first\n')],
      [],
      [streamOutput('second\n')],
    ]);
    expect(placed.map(({ id }) => id)).toEqual(['first', 'second']);
  });

  test('property: stays valid, keeps all other cells as they are, and a second time changes nothing', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...names)),
        fc.uniqueArray(fc.constantFrom(...names)),
        fc.array(fc.string()),
        fc.option(fc.nat()),
        (inNotebook, ran, texts, executionCount) => {
          const before = notebookOf(inNotebook.map((name) => codeCell(name)));
          const cells = [...before.cells];
          const runs = ran.map((cellId) =>
            cellRun({ cellId, outputs: texts.map(streamOutput), executionCount }),
          );
          const { notebook } = overlayOutputs(before, runs, true);
          expect(before.cells).toEqual(cells);
          notebook.cells.forEach((cell, place) => {
            if (!ran.includes(String(cell['id']))) expect(cell).toBe(cells[place]);
            else expect(cell['outputs']).toEqual(texts.map(streamOutput));
          });
          expect(notebookProblem(notebook)).toBeNull();
          expect(overlayOutputs(notebook, runs, true).notebook).toBe(notebook);
        },
      ),
    );
  });
});
