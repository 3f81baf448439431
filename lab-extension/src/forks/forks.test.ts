import 'fake-indexeddb/auto';
import { YFile, YNotebook } from '@jupyter/ydoc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { OfflineDatabase } from '../offline/storage/database.ts';
import type { KeptFork } from '../tokens.ts';
import { applyDifferences } from './apply-fork.ts';
import { cellsOf, contentOfFork, type ForkCell } from './fork-content.ts';
import { changedStretch, forkDifference } from './fork-difference.ts';
import { forkRecordOf } from './fork-record.ts';
import { KeptForks } from './kept-forks.ts';

const cell = (id: string, source: string): ForkCell => ({ id, cellType: 'code', source, metadata: {} });

function notebookOf(...cells: readonly ForkCell[]): YNotebook {
  const notebook = new YNotebook();
  notebook.insertCells(
    0,
    cells.map(({ id, source }) => ({ id, source, cell_type: 'code', metadata: {}, outputs: [] })),
  );
  return notebook;
}

function forkOf(notebook: YNotebook, more: Partial<KeptFork> = {}): KeptFork {
  return {
    documentId: 'a',
    epoch: 'one',
    kind: { type: 'notebook', format: 'json' },
    path: 'folder/a.ipynb',
    state: Y.encodeStateAsUpdate(notebook.ydoc),
    unsentChanges: 2,
    reason: 'other-history',
    keptAt: new Date(1_000),
    ...more,
  };
}

const sources = (notebook: YNotebook): string[] => notebook.cells.map((each) => each.getSource());

describe('what a fork has that the document has not', () => {
  test('is changed and new cells, where they were; nothing is taken away', () => {
    const mine = [cell('1', 'one'), cell('n', 'new'), cell('2', 'two, mine'), cell('e', ' ')];
    const theirs = [cell('0', 'theirs'), cell('1', 'one'), cell('2', 'two')];
    expect(forkDifference(mine, theirs)).toEqual([
      { kind: 'added', place: 1, mine: mine[1], after: '1' },
      { kind: 'changed', place: 2, mine: mine[2], theirs: theirs[2] },
    ]);
  });

  test('is put into the document in its order, without outputs (I2), and is no difference any more', () => {
    const mine = [
      cell('f', 'first'),
      cell('1', 'one'),
      cell('a', 'after one'),
      cell('b', 'then'),
      cell('2', 'new two'),
    ];
    const notebook = notebookOf(cell('1', 'one'), cell('x', 'theirs'), cell('2', 'two'));
    applyDifferences(notebook, forkDifference(mine, cellsOf(notebook)));
    expect(sources(notebook)).toEqual(['first', 'one', 'after one', 'then', 'theirs', 'new two']);
    expect(forkDifference(mine, cellsOf(notebook))).toEqual([]);
  });

  test('can be put there one by one, in any order', () => {
    const mine = [cell('1', 'one'), cell('a', 'A'), cell('b', 'B'), cell('c', 'C')];
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => {
        const notebook = notebookOf(cell('1', 'one'));
        const all = forkDifference(mine, cellsOf(notebook));
        for (const index of order) applyDifferences(notebook, [all[index]!]);
        expect([...sources(notebook)].sort()).toEqual(['A', 'B', 'C', 'one']);
        expect(sources(notebook)[0]).toBe('one');
      }),
    );
  });

  test('changes the one stretch of a text that is different', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (before, after) => {
        const { start, end, value } = changedStretch(before, after);
        expect(before.slice(0, start) + value + before.slice(end)).toBe(after);
        expect(() => encodeURIComponent(value)).not.toThrow();
      }),
    );
    expect(changedStretch('a = 1\nb', 'a = 12\nb')).toEqual({ start: 5, end: 5, value: '2' });
  });

  test('of a text file is the text', () => {
    const file = new YFile();
    file.setSource('one\ntwo');
    const fork = new YFile();
    fork.setSource('one\n2');
    const kind = { type: 'file', format: 'text' } as const;
    const record = forkRecordOf('root', {
      ...forkOf(notebookOf()),
      kind,
      state: Y.encodeStateAsUpdate(fork.ydoc),
    });
    applyDifferences(file, forkDifference(contentOfFork(record).cells, cellsOf(file)));
    expect(file.getSource()).toBe('one\n2');
  });
});

describe('kept forks', () => {
  test('are there in the next page, under the folder that is served', async () => {
    const database = new OfflineDatabase('forks-1', indexedDB);
    new KeptForks(database, null, 'root').keep(forkOf(notebookOf(cell('1', 'mine'))));
    const next = new KeptForks(database, null, 'root');
    await expect.poll(async () => (await next.read(), next.forks.length)).toBe(1);
    expect(contentOfFork(next.forks[0]!)).toMatchObject({
      cells: [{ id: '1', source: 'mine' }],
      file: { name: 'a.ipynb' },
    });
    const other = new KeptForks(database, null, 'elsewhere');
    await other.read();
    expect(other.forks).toEqual([]);
    await next.discard(next.forks[0]!);
    await next.read();
    expect(next.forks).toEqual([]);
  });

  test('of one history are one, with all that is in either', () => {
    const database = new OfflineDatabase('forks-2', indexedDB);
    const forks = new KeptForks(database, null, 'root');
    const one = notebookOf(cell('1', 'mine'));
    const other = new YNotebook();
    Y.applyUpdate(other.ydoc, Y.encodeStateAsUpdate(one.ydoc));
    other.cells[0]!.updateSource(4, 4, ' too');
    forks.keep(forkOf(other));
    forks.keep(forkOf(one));
    expect(forks.forks.map((fork) => contentOfFork(fork).cells[0]!.source)).toEqual(['mine too']);
  });

  test('stay on the page where the browser keeps nothing', async () => {
    const forks = new KeptForks(new OfflineDatabase('none', undefined), null, 'root');
    forks.keep(forkOf(notebookOf(cell('1', 'mine'))));
    await forks.read();
    expect(forks.forks).toHaveLength(1);
    expect(forks.isOnlyHere(forks.forks[0]!)).toBe(true);
  });
});
