import { describe, expect, test } from 'vitest';
import type { ModelSummary } from './agents-client.ts';
import { changedCells, changeTitle } from './changed-cell.ts';
import { mentionChoices } from './mention-sources.ts';
import { questionIn } from './preview-view.ts';
import { argumentHint, statusText, toolText } from './tool-text.ts';
import type { CallModel, TurnModel } from './turn-model.ts';
import { costOf, threadUsageText, usageText } from './usage-text.ts';

const usage = { inputTokens: 2000, outputTokens: 500, cachedInputTokens: 0 };
const priced = { input_price: 3, output_price: 15 } as ModelSummary;
const free = { input_price: null, output_price: null } as ModelSummary;

describe('what is said of tokens', () => {
  test('has a cost where both prices are known', () => {
    expect(costOf(usage, priced)).toBeCloseTo(0.0135);
    expect(costOf(usage, free)).toBeNull();
    expect(costOf(usage, null)).toBeNull();
    expect(usageText(usage, costOf(usage, free))).not.toContain('cost');
    expect(usageText(null, null)).toBe('');
  });

  test('is summed over turns, and has a cost only where that of each is known', () => {
    const turn = (modelId: string): TurnModel => ({ modelId, usage }) as TurnModel;
    const modelOf = (id: string): ModelSummary => (id === 'priced' ? priced : free);
    expect(threadUsageText([turn('priced'), turn('priced')], modelOf)).toMatch(/^4\D?000 .*cost 0\D027$/);
    expect(threadUsageText([turn('priced'), turn('free')], modelOf)).not.toContain('cost');
  });
});

describe('what is said of a change of a cell', () => {
  const cell = { cellId: 'a', change: 'edit', cellType: 'code', before: 'x', after: 'y', index: 1 };

  test('is read from what tools tell, and nothing is made of what is no such thing', () => {
    expect(changedCells({ path: 'a.ipynb', cells: [cell, { cellId: 'b' }, null, 3] })).toEqual([cell]);
    expect(changedCells({ runIds: ['1'], cellIds: ['a'] })).toEqual([]);
    expect(changedCells(null)).toEqual([]);
  });

  test.each([
    [{ change: 'edit' }, 2, 'Change of code cell 2'],
    [{ change: 'create' }, null, 'New code cell as cell 2'],
    [{ change: 'delete' }, 2, 'Removal of code cell 2'],
    [{ change: 'move', index: 4 }, 2, 'Move of code cell 2, to place 5'],
    [{ change: 'convert', cellType: 'markdown' }, 2, 'Conversion of cell 2 into Markdown'],
    [{ change: 'edit' }, null, 'Change of code cell'],
  ])('%o: %s', (over, number, title) => {
    const [told] = changedCells({ cells: [{ ...cell, ...over }] });
    expect(changeTitle(told!, number)).toBe(title);
  });
});

describe('what is said of a call', () => {
  const call = {
    status: 'ended',
    result: { content: [], isError: false, details: null },
  } as unknown as CallModel;

  test('is its state, and that nothing comes of it once its turn is over', () => {
    expect(statusText(call, true)).toBe('done');
    expect(statusText({ ...call, result: { ...call.result!, isError: true } }, true)).toBe('failed');
    expect(statusText({ ...call, status: 'awaiting-approval' }, false)).toBe('waits for you');
    expect(statusText({ ...call, status: 'awaiting-approval' }, true)).toBe('not done');
  });

  test('has words for our tools, the name of others, and a short argument', () => {
    expect(toolText('edit_cell')).toBe('Change a cell');
    expect(toolText('draw_map')).toBe('draw map');
    expect(argumentHint('{"path":"a.csv","n":3}')).toBe('a.csv');
    expect(argumentHint('{"path":')).toBe('');
    expect(argumentHint('3')).toBe('');
  });

  test('is a question where the model asks the person', () => {
    expect(questionIn({ kind: 'question', text: 'Which?', choices: ['a', 2] })).toEqual({
      text: 'Which?',
      choices: ['a'],
    });
    expect(questionIn({ kind: 'text', text: 'Which?' })).toBeNull();
  });
});

describe('what can be mentioned', () => {
  const outline = () => [
    { id: 'a', number: 1, kind: 'code', firstLine: 'import numpy' },
    { id: 'b', number: 12, kind: 'code', firstLine: '' },
  ];
  const list = (folder: string) =>
    Promise.resolve(
      folder === ''
        ? [
            { name: 'my data', type: 'directory' },
            { name: 'b.csv', type: 'file' },
          ]
        : [{ name: 'in.csv', type: 'file' }],
    ) as never;
  const mentions = async (kind: 'cell' | 'file' | 'variable' | '', text: string): Promise<string[]> =>
    (await mentionChoices({ start: 0, kind, text }, { outline, list })).map(({ mention }) => mention);

  test('is a kind first, then a cell by number or text, a file folder by folder', async () => {
    expect(await mentions('', 'f')).toEqual(['@file:']);
    expect(await mentions('cell', '1')).toEqual(['@cell:1', '@cell:12']);
    expect(await mentions('cell', 'NUMPY')).toEqual(['@cell:1']);
    expect(await mentions('file', '')).toEqual(['@file:b.csv', '@file:"my data/']);
    expect(await mentions('file', 'my data/')).toEqual(['@file:"my data/in.csv"']);
    expect(await mentions('variable', 'd')).toEqual([]);
  });
});
