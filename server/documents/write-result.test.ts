import { YNotebook } from '@jupyter/ydoc';
import type { YCodeCell } from '@jupyter/ydoc';
import type { CellChange } from '@jupyter/ydoc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { CellResult } from './write-result.ts';
import { writeResult } from './write-result.ts';
import type { OutputJson } from './shared-output.ts';

const stream = (text: string, name = 'stdout'): OutputJson => ({ output_type: 'stream', name, text });
const display = (text: string): OutputJson => ({
  output_type: 'display_data',
  data: { 'text/plain': text },
  metadata: {},
});
const showing = (outputs: readonly OutputJson[]): CellResult => ({
  outputs,
  executionCount: 3,
  timing: null,
  run: null,
});

function openNotebook(): {
  notebook: YNotebook;
  cell: YCodeCell;
  write: (result: CellResult) => Uint8Array[];
} {
  const notebook = YNotebook.create();
  notebook.insertCell(0, { cell_type: 'code', source: 'x', id: 'one' });
  const cell = notebook.cells[0] as YCodeCell;
  return {
    notebook,
    cell,
    write(result) {
      const updates: Uint8Array[] = [];
      const note = (update: Uint8Array): void => void updates.push(update);
      notebook.ydoc.on('update', note);
      notebook.ydoc.transact(() => writeResult(cell.ymodel, result), 'server');
      notebook.ydoc.off('update', note);
      return updates;
    },
  };
}

describe('a result in a shared cell', () => {
  test('is there as @jupyter/ydoc has it', () => {
    const { cell, write } = openNotebook();
    write({ ...showing([stream('a\n'), display('b')]), timing: { 'shell.execute_reply': 't' } });
    expect(cell.toJSON()).toEqual({
      id: 'one',
      cell_type: 'code',
      source: 'x',
      metadata: { execution: { 'shell.execute_reply': 't' }, trusted: true },
      outputs: [stream('a\n'), display('b')],
      execution_count: 3,
    });
    expect((cell.youtputs.get(0) as Y.Map<unknown>).get('text')).toBeInstanceOf(Y.Text);
  });

  test('changes nothing where it is there already', () => {
    const { write } = openNotebook();
    write(showing([stream('a\n'), display('b')]));
    expect(write(showing([stream('a\n'), display('b')]))).toEqual([]);
  });

  test('costs what is new, not what is there, while a cell prints', () => {
    const { write } = openNotebook();
    write(showing([stream('x'.repeat(100_000))]));
    const [update] = write(showing([stream(`${'x'.repeat(100_000)}\nmore`)]));
    expect(update?.length).toBeLessThan(100);
  });

  test('shows that a run is open, without a count, and leaves nothing of that behind', () => {
    const { cell, write } = openNotebook();
    const run = { run_id: 'r', status: 'running' as const, who: 'ada', started: null, prompt: null };
    write({ ...showing([]), run });
    expect(cell.executionState).toBe('running');
    expect(cell.execution_count).toBeNull();
    expect(cell.ymodel.get('in_the_loop_run')).toEqual(run);
    write(showing([]));
    expect(cell.executionState).toBe('idle');
    expect(cell.execution_count).toBe(3);
    expect(cell.ymodel.has('in_the_loop_run')).toBe(false);
  });

  test('does not tear a character that came in two halves', () => {
    const { cell, write } = openNotebook();
    write(showing([stream('a\ud83d')]));
    write(showing([stream('a\ud83d\ude00')]));
    const copy = new Y.Doc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(cell.ymodel.doc as Y.Doc));
    const outputs = copy.getArray('cells').toJSON() as { outputs: OutputJson[] }[];
    expect(outputs[0]?.outputs).toEqual([stream('a\ud83d\ude00')]);
  });
});

const output = fc.oneof(
  fc
    .tuple(fc.constantFrom('stdout', 'stderr'), fc.string({ unit: fc.constantFrom('a', 'b', '\n') }))
    .map(([name, text]) => stream(text, name)),
  fc.constantFrom('p', 'q').map(display),
);

/** Streams of one name in a row are one output there (SPEC.md of runs, A1), and JupyterLab joins them, too. */
function joined(outputs: readonly OutputJson[]): OutputJson[] {
  const result: OutputJson[] = [];
  for (const each of outputs) {
    const last = result.at(-1);
    if (
      last?.['output_type'] === 'stream' &&
      last['name'] === each['name'] &&
      each['output_type'] === 'stream'
    )
      result[result.length - 1] = stream(
        `${String(last['text'])}${String(each['text'])}`,
        String(last['name']),
      );
    else result.push(each);
  }
  return result;
}

/** What JupyterLab 4.6 shows of a cell: it reads changes as `_onSharedModelChanged` of its CodeCellModel does. */
function shownBy(cell: YCodeCell): { outputs: OutputJson[] } {
  const shown = { outputs: cell.getOutputs() as OutputJson[] };
  const setLastText = (change: (text: string) => string): void => {
    const last = shown.outputs.pop();
    shown.outputs.push({ ...last, text: change(String(last?.['text'])) });
  };
  cell.changed.connect((_cell, change: CellChange) => {
    for (const { delete: deleted, insert } of change.streamOutputChange ?? []) {
      if (deleted !== undefined) setLastText((text) => text.slice(0, text.length - deleted));
      if (insert !== undefined) setLastText((text) => text + (insert as unknown as string));
    }
    let place = 0;
    for (const { retain, delete: deleted, insert } of change.outputsChange ?? []) {
      place += retain ?? 0;
      shown.outputs.splice(place, deleted ?? 0);
      for (const each of insert ?? []) shown.outputs.push((each as unknown as Y.Map<unknown>).toJSON());
    }
  });
  return shown;
}

test('after any results one after the other JupyterLab shows the last one (I2)', () => {
  fc.assert(
    fc.property(fc.array(fc.array(output, { maxLength: 6 }).map(joined), { maxLength: 6 }), (results) => {
      const { notebook, cell, write } = openNotebook();
      const page = new YNotebook();
      Y.applyUpdate(page.ydoc, Y.encodeStateAsUpdate(notebook.ydoc));
      const shown = shownBy(page.cells[0] as YCodeCell);
      for (const outputs of results) {
        for (const update of write(showing(outputs))) Y.applyUpdate(page.ydoc, update);
        expect(cell.getOutputs()).toEqual(outputs);
        expect(shown.outputs).toEqual(outputs);
      }
    }),
  );
});
