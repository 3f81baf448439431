import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellDifference } from './cell-difference.ts';
import type { NotebookCell } from './notebook-cells.ts';

const cell = (id: string, source = id, outputs: unknown[] = []): NotebookCell => ({
  id,
  type: 'code',
  source,
  json: { id, cell_type: 'code', source, outputs },
});
const told = (before: NotebookCell[], after: NotebookCell[]): string[] =>
  cellDifference(before, after).map((difference) => {
    const { change } = difference;
    const moved = 'isMoved' in difference && difference.isMoved ? ' moved' : '';
    const outputs = 'hasOtherOutputs' in difference && difference.hasOtherOutputs ? ' outputs' : '';
    return `${(difference.after ?? difference.before).id} ${change}${moved}${outputs}`;
  });

describe('cellDifference', () => {
  it('tells what was added, removed, changed and put out anew', () => {
    const before = [cell('a'), cell('b'), cell('c'), cell('d')];
    const after = [cell('a', 'a2'), cell('c', 'c', ['x']), cell('n', 'new'), cell('d')];
    expect(told(before, after)).toEqual(['a changed', 'b removed', 'c same outputs', 'n added', 'd same']);
  });

  it('says that one cell was moved, not that all others were', () => {
    const cells = ['a', 'b', 'c', 'd'].map((id) => cell(id));
    const moved = ['b', 'c', 'd', 'a'].map((id) => cell(id));
    expect(told(cells, moved)).toEqual(['b same', 'c same', 'd same', 'a same moved']);
  });

  it('knows a cell without an id by its text, else by its place and likeness', () => {
    const before = [cell('#0', 'import numpy'), cell('#1', 'x = 1\ny = 2\nz = 3')];
    const after = [cell('#0', '# new'), cell('#1', 'import numpy'), cell('#2', 'x = 1\ny = 2\nz = 4')];
    expect(told(before, after)).toEqual(['#0 added', '#1 same', '#2 changed']);
  });

  it('names every cell of both once, and the later ones in their order', () => {
    const notebook = fc
      .uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 10 })
      .chain((ids) =>
        fc.tuple(...ids.map((id) => fc.constantFrom('p', 'q').map((source) => cell(`c${id}`, source)))),
      );
    fc.assert(
      fc.property(notebook, notebook, (before, after) => {
        const differences = cellDifference(before, after);
        expect(differences.flatMap((one) => one.after ?? [])).toEqual(after);
        const earlier = differences.flatMap((one) => one.before ?? []);
        expect(new Set(earlier)).toEqual(new Set(before));
        expect(earlier).toHaveLength(before.length);
      }),
    );
  });
});
