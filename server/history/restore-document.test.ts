import { YNotebook } from '@jupyter/ydoc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf } from './notebook-cells.ts';
import { restoredCells } from './restored-cells.ts';
import { restoreNotebook } from './restore-document.ts';

interface Cell {
  readonly id: string;
  readonly cell_type: 'code' | 'markdown';
  readonly source: string;
}

function json({ id, cell_type, source }: Cell): Record<string, unknown> {
  const rest = cell_type === 'code' ? { outputs: [], execution_count: null } : {};
  return { id, cell_type, source, metadata: {}, ...rest };
}
const notebookOf = (cells: readonly Cell[]): Record<string, unknown> => ({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: cells.map(json),
});
function sharedOf(cells: readonly Cell[]): YNotebook {
  const notebook = new YNotebook();
  notebook.fromJSON(notebookOf(cells) as unknown as Parameters<YNotebook['fromJSON']>[0]);
  return notebook;
}
function restore(notebook: YNotebook, version: readonly Cell[], wanted: string[] | null): void {
  const present = contentOf(notebook.toJSON()).cells;
  const ids = wanted === null ? null : new Set(wanted);
  const cells = restoredCells(present, contentOf(notebookOf(version)).cells, ids);
  notebook.transact(() => restoreNotebook(notebook, cells, new Set(present)));
}
const cellsOf = (notebook: YNotebook): unknown => notebook.toJSON().cells;
const code = (id: string, source: string): Cell => ({ id, cell_type: 'code', source });

describe('restoreNotebook', () => {
  it('makes any notebook any earlier one', () => {
    const cells = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }).chain((ids) =>
      fc.tuple(
        ...ids.map((id) =>
          fc.record({
            id: fc.constant(`c${id}`),
            cell_type: fc.constantFrom('code' as const, 'markdown' as const),
            source: fc.string({ unit: 'grapheme', maxLength: 6 }),
          }),
        ),
      ),
    );
    fc.assert(
      fc.property(cells, cells, (now, version) => {
        const notebook = sharedOf(now);
        restore(notebook, version, null);
        // A cell that is known again by its text alone keeps the id that it has now.
        const withoutIds = (list: readonly object[]): object[] => list.map((cell) => ({ ...cell, id: '' }));
        expect(withoutIds(notebook.toJSON().cells)).toEqual(withoutIds(version.map(json)));
      }),
    );
  });

  it('restores one cell and leaves the others, also what was typed since', () => {
    const notebook = sharedOf([code('a', 'a2'), code('n', 'new'), code('b', 'b2')]);
    restore(notebook, [code('a', 'a1'), code('b', 'b1')], ['b']);
    expect(cellsOf(notebook)).toEqual([code('a', 'a2'), code('n', 'new'), code('b', 'b1')].map(json));
  });

  it('brings a deleted cell back behind what it stood behind', () => {
    const notebook = sharedOf([code('c', '3'), code('a', '1')]);
    restore(notebook, [code('a', '1'), code('b', 'two'), code('c', '3')], ['b']);
    expect(cellsOf(notebook)).toEqual([code('c', '3'), code('a', '1'), code('b', 'two')].map(json));
  });

  it('keeps what stays of a text, so that cursors stay in it', () => {
    const notebook = sharedOf([code('a', 'total = sum(values)\nprint(total)')]);
    const { ysource } = notebook.getCell(0);
    const pieces: unknown[] = [];
    ysource.observe(({ delta }) => pieces.push(delta));
    restore(notebook, [code('a', 'total = max(values)\nprint(total)')], ['a']);
    expect(ysource.toJSON()).toBe('total = max(values)\nprint(total)');
    expect(JSON.stringify(pieces)).not.toContain('values');
  });

  it('leaves what a kernel is just putting out [I2]', () => {
    const notebook = sharedOf([code('a', 'long()')]);
    const cell = notebook.getCell(0);
    if (cell.cell_type !== 'code') throw new Error('no code cell');
    cell.executionState = 'running';
    cell.setOutputs([{ output_type: 'stream', name: 'stdout', text: 'half\n' }]);
    restore(notebook, [code('a', 'short()')], null);
    expect(cell.getSource()).toBe('short()');
    expect(cell.getOutputs()).toEqual([{ output_type: 'stream', name: 'stdout', text: 'half\n' }]);
  });
});
