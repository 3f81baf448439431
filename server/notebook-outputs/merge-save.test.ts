import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellRun, codeCell, notebookOf, streamOutput } from '../../test/doubles/cell-runs.ts';
import { mergeSave, type Sight } from './merge-save.ts';

const shows = (id: string) => ({ execution_count: 1, outputs: [streamOutput(`run-${id}\n`)] });
const mark = { kernelId: 'kernel', id: 'run-a', revision: 5 };

describe('a save that names no version it is based on', () => {
  test('keeps outputs that were not seen', () => {
    const merged = mergeSave(notebookOf([codeCell('a')]), [cellRun()], () => 'known', true);
    expect(merged.notebook.cells[0]).toMatchObject(shows('a'));
    expect(merged).toMatchObject({ folded: [mark], released: [], drops: false });
  });

  test('of outputs that were seen their absence means cleared', () => {
    const sent = notebookOf([codeCell('a')]);
    const merged = mergeSave(sent, [cellRun()], () => 'seen', true);
    expect(merged.notebook).toBe(sent);
    expect(merged).toMatchObject({ folded: [], released: [{ ...mark, outputs: 'cleared' }], drops: true });
  });

  test('I2: with a part of what was seen was put together before the rest came, and keeps the rest', () => {
    const [first, last] = [streamOutput('1\n2\n'), { output_type: 'error', ename: 'KernelDied' }];
    const run = cellRun({ outputs: [first, last] });
    for (const text of ['1\n', '1\n2\n']) {
      const sent = notebookOf([codeCell('a', { outputs: [streamOutput(text)] })]);
      const merged = mergeSave(sent, [run], () => 'seen', true);
      expect(merged.notebook.cells[0]).toMatchObject({ outputs: [first, last] });
      expect(merged).toMatchObject({ folded: [mark], released: [] });
    }
  });

  test('with something else than was seen is as somebody wants it', () => {
    const run = cellRun({ outputs: [streamOutput('1\n2\n')] });
    for (const outputs of [
      [streamOutput('2\n')],
      [streamOutput('1\n2\n3\n')],
      [streamOutput('1\n2\n'), {}],
    ]) {
      const sent = notebookOf([codeCell('a', { outputs })]);
      expect(mergeSave(sent, [run], () => 'seen', true).notebook).toBe(sent);
    }
  });

  test('outputs that are in it are its own business from then on', () => {
    const sent = notebookOf([codeCell('a', shows('a'))]);
    const merged = mergeSave(sent, [cellRun()], () => 'seen', false);
    expect(merged.notebook).toBe(sent);
    expect(merged).toMatchObject({ released: [{ ...mark, outputs: 'kept' }], drops: false });
  });

  test('shows by itself what the only page has', () => {
    const sent = notebookOf([codeCell('a', shows('a'))]);
    expect(mergeSave(sent, [cellRun()], () => 'unseen', true).released).toHaveLength(1);
    const beside = mergeSave(sent, [cellRun()], () => 'unseen', false);
    expect(beside).toMatchObject({ folded: [mark], released: [] });
    expect(beside.notebook).toBe(sent);
  });

  test('without a cell that was known deletes it; one that was not known waits', () => {
    const sent = notebookOf([]);
    expect(mergeSave(sent, [cellRun()], () => 'known', true).released).toMatchObject([{ outputs: 'gone' }]);
    expect(mergeSave(sent, [cellRun()], () => 'unseen', true)).toMatchObject({
      notebook: sent,
      folded: [],
      released: [],
      drops: true,
    });
  });

  test('property: nothing unseen is lost from a cell, and nothing is put back that was seen and cleared', () => {
    const names = ['a', 'b', 'c', 'd'];
    const sights = fc.constantFrom<Sight>('seen', 'known', 'unseen');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...names)),
        fc.uniqueArray(fc.tuple(fc.constantFrom(...names), sights), { selector: ([name]) => name }),
        (inNotebook, ran) => {
          const sent = notebookOf(inNotebook.map((name) => codeCell(name)));
          const sightOf = new Map(ran.map(([name, sight]) => [`run-${name}`, sight]));
          const runs = ran.map(([cellId]) => cellRun({ cellId }));
          const merged = mergeSave(sent, runs, ({ id }) => sightOf.get(id) ?? 'unseen', false);
          expect(merged.notebook.cells.map(({ id }) => id)).toEqual(inNotebook);
          merged.notebook.cells.forEach((cell, place) => {
            const sight = sightOf.get(`run-${String(cell['id'])}`);
            if (sight === 'known' || sight === 'unseen')
              expect(cell).toMatchObject(shows(String(cell['id'])));
            else expect(cell).toBe(sent.cells[place]);
          });
          const told = [...merged.folded, ...merged.released].map(({ id }) => id);
          const unknown = ran.filter(([name, sight]) => sight === 'unseen' && !inNotebook.includes(name));
          expect(told.toSorted()).toEqual(
            runs
              .map(({ id }) => id)
              .filter((id) => !unknown.some(([name]) => `run-${name}` === id))
              .sort(),
          );
        },
      ),
    );
  });
});
