import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as Y from 'yjs';
import { NotebookPage, openNotebook } from '../../test/doubles/shared-notebooks.ts';
import type { SourceCell } from '../../test/doubles/shared-notebooks.ts';
import type { SharedDocument } from '../shared-document.ts';
import type { CellRunState } from '../wire/cell-run-state.ts';
import { CarriedOutputs } from './carried-outputs.ts';
import { outputWriters } from './output-writer.ts';
import type { CellRun, RunMark, RunResults } from './run-results.ts';
import type { OutputJson } from './shared-output.ts';
import type { CellResult } from './write-result.ts';

const stream = (text: string): OutputJson => ({ output_type: 'stream', name: 'stdout', text });
const display = (text: string): OutputJson => ({
  output_type: 'display_data',
  data: { 'text/plain': text },
  metadata: {},
});

/** What runs have put out, as a test says. */
class Runs implements RunResults {
  readonly runs = new Map<string, CellRun>();
  readonly waitingRuns = new Map<string, CellRunState>();
  readonly noted: object[] = [];
  readonly #listeners = new Set<(path: string) => void>();
  #revision = 0;

  say(cellId: string, outputs: readonly OutputJson[], more: Partial<CellResult & { id: string }> = {}): void {
    const { id = `run of ${cellId}`, ...result } = more;
    this.runs.set(cellId, {
      kernelId: 'kernel',
      id,
      revision: ++this.#revision,
      cellId,
      isOver: (result.run ?? null) === null,
      result: { outputs, executionCount: 1, timing: null, run: null, ...result },
    });
    this.tell();
  }

  tell(): void {
    for (const listener of this.#listeners) listener('a.ipynb');
  }

  of(_path: string, isWanted: (run: CellRun) => boolean): Promise<readonly CellRun[]> {
    return Promise.resolve([...this.runs.values()].filter(isWanted));
  }

  waiting(): ReadonlyMap<string, CellRunState> {
    return this.waitingRuns;
  }

  onChanged(listener: (path: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emptied(runs: readonly RunMark[]): Promise<void> {
    this.noted.push({ emptied: runs.map(({ id }) => id) });
    for (const { id } of runs)
      for (const run of this.runs.values())
        if (run.id === id) {
          if (run.isOver) this.runs.delete(run.cellId);
          else this.runs.set(run.cellId, { ...run, result: { ...run.result, outputs: [] } });
        }
    return Promise.resolve();
  }

  saved(runs: Parameters<RunResults['saved']>[0]): Promise<void> {
    for (const { id, isOver, hasCell } of runs) {
      this.noted.push({ saved: id, isOver, hasCell });
      if (isOver) for (const run of this.runs.values()) if (run.id === id) this.runs.delete(run.cellId);
    }
    return Promise.resolve();
  }
}

const RUNNING: CellRunState = { run_id: 'r', status: 'running', who: 'ada', started: null, prompt: null };

let runs: Runs;
let writers: ReturnType<typeof outputWriters>;
let document: SharedDocument;
let close: () => Promise<void>;

async function open(cells: readonly SourceCell[]): Promise<NotebookPage> {
  const carried = new CarriedOutputs(() => [document.ydoc]);
  writers = outputWriters({
    results: runs,
    outputsOf: null,
    carried,
    warn: (message) => {
      throw new Error(message);
    },
  });
  const opened = await openNotebook(cells, [writers.attachment]);
  document = opened.document;
  close = () => opened.rooms.close();
  return NotebookPage.open(document);
}

/** Everything that is under way has come to its end, and a tick has passed. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await vi.advanceTimersByTimeAsync(100);
  await document.committed();
}

const textsOf = (page: NotebookPage, cell = 0): unknown[] =>
  (page.cells[cell]?.getOutputs() ?? []).map(
    (output) => output['text'] ?? (output['data'] as OutputJson)['text/plain'],
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  runs = new Runs();
});
afterEach(async () => {
  await close();
  vi.useRealTimers();
});

describe('results in an open notebook', () => {
  test('say of a run that was over before anything was written that it began: its cell is as it was run', async () => {
    const page = await open([{ id: 'a', source: '1' }]);
    const states: unknown[] = [];
    page.cells[0]?.changed.connect((_cell, { executionStateChange: change }) => {
      if (change !== undefined) states.push(change.newValue);
    });
    await settle();
    runs.say('a', [stream('1\n')]);
    await settle();
    expect(states).toEqual(['running', 'idle']);
  });

  test('[O1] come into the cells of all who have it open, with count and state (I2)', async () => {
    const [one, two] = [await open([{ id: 'a' }, { id: 'b' }]), await NotebookPage.open(document)];
    runs.say('a', [stream('1\n')], { run: RUNNING });
    await settle();
    for (const page of [one, two]) {
      expect(page.cells[0]?.executionState).toBe('running');
      expect(page.cells[0]?.toJSON()).toMatchObject({ outputs: [stream('1\n')], execution_count: null });
    }
    runs.say('a', [stream('1\n2\n'), display('x')]);
    await settle();
    for (const page of [one, two]) {
      expect(page.cells[0]?.executionState).toBe('idle');
      expect(page.cells[0]?.toJSON()).toMatchObject({
        outputs: [stream('1\n2\n'), display('x')],
        execution_count: 1,
      });
    }
    one.disconnect();
    two.disconnect();
  });

  test('[O1] of a thousand displays one after the other are few updates', async () => {
    const page = await open([{ id: 'a' }]);
    const outputs: OutputJson[] = [];
    for (let count = 0; count < 1000; count++) {
      outputs.push(display(String(count)));
      runs.say('a', [...outputs], { run: RUNNING });
      await vi.advanceTimersByTimeAsync(1);
    }
    runs.say('a', outputs);
    await settle();
    expect(textsOf(page)).toEqual(outputs.map((_, index) => String(index)));
    expect(page.updates).toBeLessThanOrEqual(50);
  });

  test('[O1] that a crash left half written are there once when it is opened again (I1)', async () => {
    runs.say('a', [stream('1\n2\n'), display('x')]);
    const page = await open([{ id: 'a', outputs: [stream('1\n')] }]);
    await settle();
    expect(textsOf(page)).toEqual(['1\n2\n', 'x']);
    expect(page.cells[0]?.executionState).toBe('idle');
  });

  test('[O4] show runs that wait for their turn, and no longer those that were taken back', async () => {
    const page = await open([{ id: 'a', outputs: [display('old')], execution_count: 4 }]);
    runs.waitingRuns.set('a', { ...RUNNING, status: 'queued' });
    runs.tell();
    await settle();
    expect(page.cells[0]?.executionState).toBe('running');
    runs.waitingRuns.clear();
    runs.tell();
    await settle();
    expect(page.cells[0]?.executionState).toBe('idle');
    expect(page.cells[0]?.toJSON()).toMatchObject({ outputs: [display('old')], execution_count: 4 });
  });

  test('[O5] of a cell that is gone go nowhere, and come when it is there again', async () => {
    const page = await open([{ id: 'a' }, { id: 'b' }]);
    const copy = page.cells[0]?.toJSON() as SourceCell;
    page.model.deleteCell(0);
    runs.say('a', [display('late')], { run: RUNNING });
    await settle();
    expect(page.model.cells).toHaveLength(1);
    page.model.insertCell(1, copy as never);
    await settle();
    expect(textsOf(page, 1)).toEqual(['late']);
    expect(page.cells[1]?.executionState).toBe('running');
  });

  test("[O6] are noted once the file has them, and are the document's business then (I1)", async () => {
    const page = await open([{ id: 'a' }, { id: 'b' }]);
    runs.say('a', [display('x')]);
    runs.say('b', [display('y')], { run: RUNNING });
    runs.say('gone', [display('z')]);
    await settle();
    const shown = writers.shownBy(document);
    expect(runs.noted).toEqual([]);
    await shown?.saved();
    expect(runs.noted).toEqual([
      { saved: 'run of a', isOver: true, hasCell: true },
      { saved: 'run of b', isOver: false, hasCell: true },
      { saved: 'run of gone', isOver: true, hasCell: false },
    ]);
    await document.change('file', ({ ydoc }) => {
      const cell = ydoc.getArray<Y.Map<unknown>>('cells').get(0);
      (cell.get('outputs') as Y.Array<unknown>).delete(0, 1);
    });
    await settle();
    expect(textsOf(page)).toEqual([]);
  });

  test('[O6] come back where something else than a page has changed them before the file had them', async () => {
    const page = await open([{ id: 'a' }]);
    runs.say('a', [display('x'), display('y')]);
    await settle();
    await document.change('file', ({ ydoc }) => {
      const cell = ydoc.getArray<Y.Map<unknown>>('cells').get(0);
      (cell.get('outputs') as Y.Array<unknown>).delete(0, 1);
    });
    await settle();
    expect(textsOf(page)).toEqual(['x', 'y']);
  });
});

describe('what a page does to results (I2)', () => {
  test('[O3] it may clear them: then they stay away, and what is put out afterwards is shown', async () => {
    const page = await open([{ id: 'a' }]);
    runs.say('a', [stream('1\n')], { run: RUNNING });
    await settle();
    page.cells[0]?.setOutputs([]);
    await settle();
    expect(runs.noted).toEqual([{ emptied: ['run of a'] }]);
    expect(textsOf(page)).toEqual([]);
    expect(page.cells[0]?.executionState).toBe('running');
    runs.say('a', [stream('2\n')]);
    await settle();
    expect(textsOf(page)).toEqual(['2\n']);
    page.model.transact(() => {
      page.cells[0]?.setOutputs([]);
      page.cells[0]!.execution_count = null;
    });
    await settle();
    expect(page.cells[0]?.toJSON()).toMatchObject({ outputs: [], execution_count: null });
  });

  test('[O2] what it writes in the place of a run is taken back', async () => {
    const page = await open([{ id: 'a' }]);
    runs.say('a', [stream('1\n')], { timing: { 'shell.execute_reply': 'then' } });
    await settle();
    page.cells[0]?.setOutputs([display('forged') as never]);
    page.cells[0]!.execution_count = 99;
    page.cells[0]!.executionState = 'running';
    page.cells[0]?.setMetadata('execution', { 'shell.execute_reply': 'never' });
    await settle();
    expect(page.cells[0]?.toJSON()).toMatchObject({
      outputs: [stream('1\n')],
      execution_count: 1,
      metadata: { execution: { 'shell.execute_reply': 'then' } },
    });
    expect(page.cells[0]?.executionState).toBe('idle');
  });

  test('[O2] so is what it writes into a cell that has not run, but it may take outputs out', async () => {
    const page = await open([{ id: 'a', outputs: [display('x'), display('y')], execution_count: 2 }]);
    page.cells[0]?.updateOutputs(2, 2, [display('forged') as never]);
    page.cells[0]!.execution_count = 99;
    page.cells[0]!.executionState = 'running';
    page.cells[0]?.ymodel.set('in_the_loop_run', RUNNING);
    page.cells[0]?.setMetadata('execution', { 'shell.execute_reply': 'never' });
    await settle();
    expect(page.cells[0]?.toJSON()).toEqual({
      id: 'a',
      cell_type: 'code',
      source: '',
      metadata: {},
      outputs: [display('x'), display('y')],
      execution_count: 2,
    });
    expect(page.cells[0]?.executionState).toBe('idle');
    expect(page.cells[0]?.ymodel.has('in_the_loop_run')).toBe(false);
    page.cells[0]?.updateOutputs(0, 1);
    await settle();
    expect(textsOf(page)).toEqual(['y']);
  });

  test('[O2] it carries them along with a cell: copied, cut and pasted, undone', async () => {
    const page = await open([{ id: 'a', outputs: [display('x')], execution_count: 2 }]);
    const copy = page.cells[0]?.toJSON() as object;
    page.model.insertCell(1, { ...copy, id: 'b' } as never);
    await settle();
    expect(textsOf(page, 1)).toEqual(['x']);
    page.model.deleteCellRange(0, 2);
    await settle();
    page.model.insertCell(0, copy as never);
    await settle();
    expect(textsOf(page)).toEqual(['x']);
    page.model.insertCell(1, { ...copy, id: 'c', outputs: [display('forged')] } as never);
    await settle();
    expect(page.cells[1]?.toJSON()).toMatchObject({ outputs: [], execution_count: null });
  });

  test('[O5] a cell that moves while it runs keeps what the server knows of it, and gets the rest', async () => {
    const page = await open([{ id: 'a' }, { id: 'b' }]);
    runs.say('a', [stream('1\n')], { run: RUNNING });
    await settle();
    page.disconnect();
    page.model.moveCell(0, 1);
    runs.say('a', [stream('1\n2\n')], { run: RUNNING });
    await settle();
    await page.connect();
    await settle();
    expect(page.model.cells.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(textsOf(page, 1)).toEqual(['1\n2\n']);
    runs.say('a', [stream('1\n2\n3\n')]);
    await settle();
    expect(textsOf(page, 1)).toEqual(['1\n2\n3\n']);
    expect(page.cells[1]?.executionState).toBe('idle');
  });
});
