import { describe, expect, it } from 'vitest';
import { cellResult, widgetOutputs } from '../../server/runs/cell-result.ts';
import { evolve, initialState, type OutputFolderState } from '../../server/runs/output-folder.ts';
import { NOTEBOOK } from '../doubles/folded-cells.ts';
import { NASTY_NOTEBOOKS } from './nasty-notebooks.ts';
import { recordNotebooks, type RecordedNotebook, type RecordedOutput } from './recorded-notebooks.ts';

const recorded = recordNotebooks(
  Object.fromEntries(Object.entries(NASTY_NOTEBOOKS).map(([name, { cells }]) => [name, cells])),
);

/** nbclient's outputs with what it leaves undone everywhere: streams that join [A1], control characters [T1]. */
function levelled(outputs: readonly RecordedOutput[]): unknown[] {
  const joined: Record<string, unknown>[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (last?.['output_type'] === 'stream' && last['name'] === output['name'])
      last['text'] = String(last['text']) + String(output['text']);
    else joined.push({ ...output });
  }
  return joined.map((output) =>
    output['output_type'] === 'stream' ? { ...output, text: onTerminal(String(output['text'])) } : output,
  );
}

/** A line is what its last characters in each column were; our own code does this piece by piece. */
function onTerminal(text: string): string {
  const lines = text.split('\n').map((line) => {
    const columns: string[] = [];
    let column = 0;
    for (const character of line.split('')) {
      if (character === '\r') column = 0;
      else if (character !== '\b') columns[column++] = character;
      else if (column > 0) columns.splice(--column, 2);
    }
    return columns.join('');
  });
  return lines.join('\n');
}

function folded({ inputs }: RecordedNotebook): OutputFolderState {
  return inputs.reduce(evolve, initialState());
}

describe.each(Object.entries(NASTY_NOTEBOOKS))('%s', (name, { cells, differences = {} }) => {
  const notebook = recorded.get(name);
  if (notebook === undefined) throw new Error(`${name} was not run`);
  const state = folded(notebook);

  it.each([...cells.keys()])('cell %i', (index) => {
    const theirs = notebook.cells[index];
    const ours = cellResult(state, NOTEBOOK, String(index));
    expect(ours).toMatchObject({
      executionCount: theirs?.execution_count,
      timing: theirs?.metadata.execution,
      isDone: true,
    });
    const expected = levelled(theirs?.outputs ?? []);
    const difference = differences[index];
    expect(ours?.outputs, cells[index]).toEqual(difference?.ours ?? expected);
    // A row that nbclient no longer differs in has to go.
    if (difference !== undefined) expect(ours?.outputs).not.toEqual(expected);
  });

  it('fills the Output widgets as nbclient does, as long as they are open [W6]', () => {
    const closed = notebook.inputs.flatMap((input) =>
      input.type === 'kernel-message' && input.messageType === 'comm_close' ? [input.content['comm_id']] : [],
    );
    for (const [commId, outputs] of Object.entries(notebook.widgets))
      expect(widgetOutputs(state, commId)).toEqual(closed.includes(commId) ? null : levelled(outputs));
  });

  it('[M5] comes out the same from a copy of the state in the middle', () => {
    const { inputs } = notebook;
    const middle = inputs.slice(0, inputs.length / 2).reduce(evolve, initialState());
    const again = inputs.slice(inputs.length / 2).reduce(evolve, structuredClone(middle));
    for (const index of cells.keys())
      expect(cellResult(again, NOTEBOOK, String(index))).toEqual(cellResult(state, NOTEBOOK, String(index)));
  });

  it('[M1] [T3] comes out the same for messages in smaller pieces', () => {
    const pieces = notebook.inputs.flatMap((input) => {
      if (input.type !== 'kernel-message' || input.messageType !== 'stream') return [input];
      const { text, ...content } = input.content;
      const letters = String(text).match(/[^]{1,3}/g) ?? [''];
      return letters.map((letter) => ({ ...input, content: { ...content, text: letter } }));
    });
    const again = folded({ ...notebook, inputs: pieces });
    for (const index of cells.keys())
      expect(cellResult(again, NOTEBOOK, String(index))?.outputs).toEqual(
        cellResult(state, NOTEBOOK, String(index))?.outputs,
      );
  });
});
