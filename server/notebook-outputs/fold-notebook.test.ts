import { describe, expect, test } from 'vitest';
import { cellRun, codeCell, notebookOf, streamOutput } from '../../test/doubles/cell-runs.ts';
import { foldNotebook } from './fold-notebook.ts';

const file = (cells: Parameters<typeof notebookOf>[0], isTrusted = false) => ({
  notebook: notebookOf(cells),
  idsAreOwn: true,
  isTrusted,
});
const context = { isOpen: false, savedAt: 0, isOurs: () => true, isShared: () => false, order: [] };
const picture = { output_type: 'display_data', data: { 'image/png': 'aGk=' }, metadata: {} };

describe('a file with what runs have said', () => {
  test('is left alone where the file has it, whatever it has: another program may have changed it', () => {
    const onDisk = file([codeCell('a')]);
    const folded = foldNotebook(onDisk, [cellRun({ foldedRevision: 5, code: 'print("a")' })], context);
    expect(folded.notebook).toBe(onDisk.notebook);
    expect(folded.folded).toEqual([]);
  });

  test('gets cells that were never saved once no client has it open', () => {
    const onDisk = file([codeCell('a')]);
    const run = cellRun({ cellId: 'b' });
    expect(foldNotebook(onDisk, [run], { ...context, isOpen: true }).notebook).toBe(onDisk.notebook);
    const { notebook, folded } = foldNotebook(onDisk, [run], context);
    expect(notebook.cells[1]).toMatchObject({ id: 'b', source: run.code, outputs: run.outputs });
    expect(folded).toMatchObject([{ id: 'run-b' }]);
  });

  test('gets no cells that may belong to another notebook on the same kernel', () => {
    const onDisk = file([codeCell('a')]);
    const shared = { ...context, isShared: () => true };
    expect(foldNotebook(onDisk, [cellRun({ cellId: 'b' })], shared).notebook).toBe(onDisk.notebook);
  });

  test('gets the code that ran only in the place of what the server wrote itself', () => {
    const onDisk = file([codeCell('a', { source: 'of another program' })]);
    const run = cellRun({ foldedRevision: 5, code: 'that ran' });
    const { notebook } = foldNotebook(onDisk, [run], { ...context, isOurs: () => false });
    expect(notebook).toBe(onDisk.notebook);
    expect(foldNotebook(onDisk, [run], context).notebook.cells[0]?.['source']).toBe('that ran');
  });

  test('does not get a cell again that another program took out of it', () => {
    const onDisk = file([codeCell('z')]);
    const run = cellRun({ foldedRevision: 3 });
    const { notebook, released } = foldNotebook(onDisk, [run], { ...context, isOurs: () => false });
    expect(notebook).toBe(onDisk.notebook);
    expect(released).toMatchObject([{ id: 'run-a', outputs: 'gone' }]);
  });

  test('is trusted if it was, or if all that is rich in it was made here', () => {
    const run = cellRun({ outputs: [picture] });
    const foreign = codeCell('z', { outputs: [picture] });
    expect(foldNotebook(file([codeCell('a')]), [run], context).isTrusted).toBe(true);
    expect(foldNotebook(file([codeCell('a'), foreign]), [run], context).isTrusted).toBe(false);
    expect(foldNotebook(file([codeCell('a'), foreign], true), [run], context).isTrusted).toBe(true);
    const text = codeCell('z', { outputs: [streamOutput('plain')] });
    expect(foldNotebook(file([codeCell('a'), text]), [run], context).isTrusted).toBe(true);
  });
});
