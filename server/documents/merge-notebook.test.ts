import { YNotebook } from '@jupyter/ydoc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { applyNotebook } from './apply-to-ydoc.ts';
import type { MergedNotebook } from './merge-notebook.ts';
import { mergeNotebook } from './merge-notebook.ts';
import type { CellContent, NotebookContent } from './cell-content.ts';
import { contentOfNotebook, EMPTY_NOTEBOOK } from './cell-content.ts';

function codeCell(id: string | null, source: string, more: Partial<CellContent> = {}): CellContent {
  const results = { outputs: [], execution_count: null };
  return { id, cell_type: 'code', source, metadata: {}, results, attachments: null, trusted: false, ...more };
}

const notebook = (...cells: readonly CellContent[]): NotebookContent => ({ ...EMPTY_NOTEBOOK, cells });
const contentOf = ({ cells, nbformat, nbformat_minor, metadata }: MergedNotebook): NotebookContent => ({
  nbformat,
  nbformat_minor,
  metadata,
  cells: cells.map(({ cell }) => cell),
});
/** New cells that come without an id get one. */
const withIdsOf = (made: NotebookContent, content: NotebookContent): NotebookContent => ({
  ...content,
  cells: content.cells.map((cell, index) => ({ ...cell, id: cell.id ?? made.cells[index]?.id ?? null })),
});
const sourcesOf = ({ cells }: MergedNotebook): string[] => cells.map(({ cell }) => cell.source);

function modelOf(content: NotebookContent): YNotebook {
  const model = new YNotebook();
  apply(model, mergeNotebook(EMPTY_NOTEBOOK, contentOfNotebook(model), content));
  return model;
}

function apply(model: YNotebook, merged: MergedNotebook): Uint8Array[] {
  const updates: Uint8Array[] = [];
  model.ydoc.on('update', (update: Uint8Array) => updates.push(update));
  model.ydoc.transact(() => applyNotebook(model, merged), 'server');
  return updates;
}

const json = fc.oneof(fc.integer(), fc.string({ maxLength: 5 }), fc.constant(null), fc.constant([1, 2]));
const metadata = fc.dictionary(fc.constantFrom('tags', 'name', 'collapsed', 'jupyter'), json, { maxKeys: 3 });
const output = fc.oneof(
  fc.record({
    output_type: fc.constant('stream'),
    name: fc.constant('stdout'),
    text: fc.string({ maxLength: 8 }),
  }),
  fc.record({
    output_type: fc.constant('display_data'),
    data: fc.dictionary(fc.constant('text/plain'), fc.string()),
    metadata: fc.constant({}),
  }),
);
const results = fc.record({
  outputs: fc.array(output, { maxLength: 3 }),
  execution_count: fc.option(fc.nat()),
});
const source = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '= 1', '😀', 'print()'), maxLength: 12 });
const idless = fc.oneof(
  fc.record({ cell_type: fc.constant('code'), source, metadata, results, attachments: fc.constant(null) }),
  fc.record({
    cell_type: fc.constantFrom('markdown', 'raw'),
    source,
    metadata,
    results: fc.constant(null),
    attachments: fc.option(fc.constant({ 'a.png': { 'image/png': 'AAAA' } })),
  }),
);
const content: fc.Arbitrary<NotebookContent> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...'abcdefghij'), idless), { selector: ([id]) => id, maxLength: 8 })
  .chain((cells) =>
    metadata.map((ofNotebook) => ({
      ...EMPTY_NOTEBOOK,
      metadata: ofNotebook,
      cells: cells.map(([id, cell]) => ({ ...cell, id, trusted: false })),
    })),
  )
  // As JSON has them: some of what is drawn has no prototype.
  .map((drawn) => structuredClone(drawn) as NotebookContent);

describe('[M1] a merged notebook', () => {
  test('is what is on disk, where nobody has changed the document, and all that was changed is in it (I3)', () => {
    fc.assert(
      fc.property(content, content, (base, theirs) => {
        const model = modelOf(base);
        expect(contentOfNotebook(model)).toEqual(base);
        const merged = mergeNotebook(base, contentOfNotebook(model), theirs);
        expect(contentOf(merged)).toEqual(theirs);
        expect(merged.conflicts).toEqual([]);
        apply(model, merged);
        expect(contentOfNotebook(model)).toEqual(theirs);
        expect(model.cells.map(({ id }) => id)).toEqual(theirs.cells.map(({ id }) => id));
      }),
      { numRuns: 300 },
    );
  });

  test('is the document, where the file is as it was: not one Yjs update is made', () => {
    fc.assert(
      fc.property(content, content, (base, ours) => {
        const model = modelOf(ours);
        const merged = mergeNotebook(base, contentOfNotebook(model), base);
        expect(contentOf(merged)).toEqual(ours);
        expect(apply(model, merged)).toEqual([]);
        expect(apply(model, mergeNotebook(base, ours, ours))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('applied to a document gives exactly what was merged', () => {
    fc.assert(
      fc.property(content, content, content, (base, ours, theirs) => {
        const model = modelOf(ours);
        const merged = mergeNotebook(base, contentOfNotebook(model), theirs);
        apply(model, merged);
        const now = contentOfNotebook(model);
        expect(now).toEqual(withIdsOf(now, contentOf(merged)));
        const again = new Y.Doc();
        Y.applyUpdate(again, Y.encodeStateAsUpdate(model.ydoc));
        expect(contentOfNotebook({ ydoc: again })).toEqual(now);
      }),
      { numRuns: 300 },
    );
  });

  test('has each cell once, and none is lost that only one side has made', () => {
    fc.assert(
      fc.property(content, content, content, (base, ours, theirs) => {
        const merged = mergeNotebook(base, ours, theirs);
        const ids = merged.cells.flatMap(({ cell }) => cell.id ?? []);
        expect(new Set(ids).size).toBe(ids.length);
        const used = merged.cells.flatMap(({ from }) => from ?? []);
        expect(new Set(used).size).toBe(used.length);
        const ofBase = new Set(base.cells.map(({ id }) => id));
        const texts = sourcesOf(merged);
        for (const { id, source: made } of [...ours.cells, ...theirs.cells]) {
          if (!ofBase.has(id) && made.length === 1) expect(texts.join('')).toContain(made);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('has the changes of both sides, in different cells', () => {
    const cells = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => codeCell(id, `value_${id} = 1`));
    type Change = { readonly kind: 'edit' | 'delete' | 'insert' | 'run'; readonly at: number };
    const change = (parity: number): fc.Arbitrary<Change> =>
      fc.record({
        kind: fc.constantFrom('edit' as const, 'delete' as const, 'insert' as const, 'run' as const),
        at: fc.nat(2).map((at) => 2 * at + parity),
      });
    const changed = (changes: readonly Change[], side: string): NotebookContent =>
      notebook(
        ...cells.flatMap((cell, index) => {
          const mine = changes.filter(({ at }) => at === index);
          const kinds = mine.map(({ kind }) => kind);
          const now = {
            ...cell,
            source: kinds.includes('edit') ? `${cell.source} + ${side}` : cell.source,
            results: kinds.includes('run') ? { outputs: [], execution_count: index } : cell.results,
          };
          const added = kinds.includes('insert') ? [codeCell(`${side}${index}`, `new_${side}_${index}`)] : [];
          return kinds.includes('delete') ? added : [now, ...added];
        }),
      );
    fc.assert(
      fc.property(fc.array(change(0)), fc.array(change(1)), (ofOurs, ofTheirs) => {
        const merged = mergeNotebook(notebook(...cells), changed(ofOurs, 'o'), changed(ofTheirs, 't'));
        const both = new Map(
          [...changed(ofOurs, 'o').cells, ...changed(ofTheirs, 't').cells].map((c) => [c.id, c]),
        );
        for (const [index, { id }] of cells.entries()) {
          const side = index % 2 === 0 ? changed(ofOurs, 'o') : changed(ofTheirs, 't');
          const expected = side.cells.find((cell) => cell.id === id);
          expect(merged.cells.find(({ cell }) => cell.id === id)?.cell).toEqual(expected);
          both.delete(id);
        }
        for (const id of both.keys())
          expect(merged.cells.filter(({ cell }) => cell.id === id)).toHaveLength(1);
        expect(merged.conflicts).toEqual([]);
      }),
    );
  });
});

describe('[M2] cells', () => {
  test('whose ids are unknown are found by their content, and keep their Yjs types', () => {
    const base = notebook(codeCell('a', 'x = 1'), codeCell('b', 'a long line of y = 2'), codeCell('c', ''));
    const model = modelOf(base);
    const before = model.ydoc.getArray('cells').toArray();
    const theirs = notebook(
      codeCell(null, 'x = 1'),
      codeCell(null, 'z = 3'),
      codeCell(null, 'a long line of y = 20'),
      codeCell(null, ''),
    );
    apply(model, mergeNotebook(base, contentOfNotebook(model), theirs));
    const after = model.ydoc.getArray('cells').toArray();
    expect([after[0], after[2], after[3]]).toEqual(before);
    expect(model.cells.map((cell) => cell.source)).toEqual(['x = 1', 'z = 3', 'a long line of y = 20', '']);
    expect(model.cells.map(({ id }) => id).toSpliced(1, 1)).toEqual(['a', 'b', 'c']);
    expect(model.cells[1]?.id).toMatch(/^[0-9a-f]{8}$/);
  });

  test('that somebody has made in the place of all others are not taken for those', () => {
    const base = notebook(codeCell('a', 'x = 1\n'), codeCell('b', ''));
    const made = codeCell('n', 'x = 2\n');
    const edited = { ...base.cells[0]!, source: 'x = 1\ny = 1\n' };
    const merged = mergeNotebook(base, notebook(made), notebook(edited, base.cells[1]!));
    expect(merged.cells.map(({ cell }) => cell)).toEqual([edited, made]);
    expect(merged.conflicts).toEqual([{ cellId: 'a', what: ['deleted'] }]);
  });

  test('take the ids that their file gives them', () => {
    const base = notebook(codeCell('a', 'x = 1'), codeCell('b', 'y = 2'));
    const merged = mergeNotebook(base, base, notebook(codeCell('n', 'x = 1'), codeCell('m', 'y = 2')));
    expect(merged.cells).toMatchObject([
      { from: 0, cell: { id: 'n' } },
      { from: 1, cell: { id: 'm' } },
    ]);
  });

  test('that both have inserted, the same, are there once', () => {
    const base = notebook(codeCell('a', 'x'));
    const merged = mergeNotebook(
      base,
      notebook(codeCell('a', 'x'), codeCell('n', 'new, and longer now')),
      notebook(codeCell('a', 'x'), codeCell('n', 'new, and longer')),
    );
    expect(sourcesOf(merged)).toEqual(['x', 'new, and longer now']);
    expect(merged.conflicts).toEqual([]);
  });

  test('that are new on both sides are two, however alike they are', () => {
    const base = notebook(codeCell('a', 'x'));
    const [ours, theirs] = [codeCell('n1', 'print("the first")'), codeCell('n2', 'print("the first")')];
    const merged = mergeNotebook(base, notebook(...base.cells, ours), notebook(...base.cells, theirs));
    expect(merged.cells.map(({ cell }) => cell)).toEqual([...base.cells, ours, theirs]);
  });

  test('that are moved keep what was typed into them; few move', () => {
    const base = notebook(...[...'abcdef'].map((id) => codeCell(id, `of ${id}`)));
    const [a, b, c, d, e, f] = base.cells as [CellContent, ...CellContent[]] as CellContent[];
    const ours = notebook(a!, { ...b!, source: 'of b, typed' }, c!, d!, e!, f!);
    const theirs = notebook(a!, c!, d!, e!, f!, b!);
    const model = modelOf(ours);
    const before = model.ydoc.getArray('cells').toArray();
    apply(model, mergeNotebook(base, ours, theirs));
    expect(model.cells.map((cell) => cell.source)).toEqual([
      'of a',
      'of c',
      'of d',
      'of e',
      'of f',
      'of b, typed',
    ]);
    expect(model.ydoc.getArray('cells').toArray().slice(0, 5)).toEqual(before.toSpliced(1, 1));
  });

  test('that both have moved stay where the document has them', () => {
    const [a, b, c] = [codeCell('a', '1'), codeCell('b', '2'), codeCell('c', '3')];
    const merged = mergeNotebook(notebook(a, b, c), notebook(c, a, b), notebook(a, c, b));
    expect(sourcesOf(merged)).toEqual(['3', '1', '2']);
  });
});

describe('[M3] a conflict', () => {
  const base = notebook(codeCell('a', 'x = 1'), codeCell('b', 'y = 1'));
  const [a, b] = base.cells as [CellContent, CellContent];

  test('of texts keeps both and says so', () => {
    const merged = mergeNotebook(
      base,
      notebook({ ...a, source: 'x = 22' }, b),
      notebook({ ...a, source: 'x = 33' }, b),
    );
    expect(sourcesOf(merged)).toEqual(['x = 22\nx = 33', 'y = 1']);
    expect(merged.conflicts).toEqual([{ cellId: 'a', what: ['source'] }]);
  });

  test('of a deletion and a change keeps the cell and says so', () => {
    const edited = notebook(a, { ...b, source: 'y = 2' });
    for (const merged of [
      mergeNotebook(base, notebook(a), edited),
      mergeNotebook(base, edited, notebook(a)),
    ]) {
      expect(sourcesOf(merged)).toEqual(['x = 1', 'y = 2']);
      expect(merged.conflicts).toEqual([{ cellId: 'b', what: ['deleted'] }]);
    }
  });

  test('of outputs leaves them as the document has them (I2)', () => {
    const ran = (count: number): CellContent => ({ ...a, results: { outputs: [], execution_count: count } });
    const merged = mergeNotebook(base, notebook(ran(1), b), notebook(ran(2), b));
    expect(merged.cells[0]?.cell.results?.execution_count).toBe(1);
    expect(merged.conflicts).toEqual([{ cellId: 'a', what: ['outputs'] }]);
  });

  test('of metadata is told of, and is none where both have changed other keys', () => {
    const tagged = (metadata: CellContent['metadata']): NotebookContent => notebook({ ...a, metadata }, b);
    const merged = mergeNotebook(base, tagged({ x: { a: 1 }, y: 1 }), tagged({ x: { b: 1 }, z: 1 }));
    expect(merged.cells[0]?.cell.metadata).toEqual({ x: { a: 1, b: 1 }, y: 1, z: 1 });
    expect(merged.conflicts).toEqual([]);
    const both = mergeNotebook(base, tagged({ x: 1 }), tagged({ x: 2 }));
    expect(both.cells[0]?.cell.metadata).toEqual({ x: 1 });
    expect(both.conflicts).toEqual([{ cellId: 'a', what: ['metadata'] }]);
  });
});

describe('[M4] a change on disk', () => {
  test('of one cell changes that cell, and no cursor elsewhere moves', () => {
    const base = notebook(codeCell('a', 'first line\nsecond line'), codeCell('b', 'other'));
    const model = modelOf(base);
    const text = (index: number): Y.Text => model.cells[index]!.ysource;
    const [early, late, other] = [
      Y.createRelativePositionFromTypeIndex(text(0), 3),
      Y.createRelativePositionFromTypeIndex(text(0), 15),
      Y.createRelativePositionFromTypeIndex(text(1), 2),
    ];
    const [, second] = base.cells;
    apply(model, mergeNotebook(base, base, notebook(codeCell('a', 'first line\nnew\nsecond line'), second!)));
    const at = (position: Y.RelativePosition): number | undefined =>
      Y.createAbsolutePositionFromRelativePosition(position, model.ydoc)?.index;
    expect([at(early), at(late), at(other)]).toEqual([3, 19, 2]);
  });
});
