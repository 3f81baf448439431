import { expect, test } from 'vitest';
import { AgentAtWork, ada } from '../../test/doubles/agent-at-work.ts';
import { calls, says, ScriptedChatModel } from '../../test/doubles/scripted-chat-model.ts';
import { OUTPUT_REFERENCE_MIME } from '../wire/output-reference-mime.ts';
import type { NotebookSurroundings } from './notebook-view.ts';
import { readThread } from './read-thread.ts';
import { sourceHash } from './shared-cell.ts';

const sha256 = 'a'.repeat(64);
const reference = {
  output_type: 'display_data',
  data: {
    [OUTPUT_REFERENCE_MIME]: { version: 1, sha256, size: 9, mime_types: ['text/plain'], height: 10 },
    'text/plain': 'Large output (text/plain; 9 kB), kept by In the Loop',
  },
  metadata: {},
};
const cells = [
  { id: 'one', source: 'df = load()', execution_count: 1, outputs: [reference] },
  { id: 'two', source: 'df.plot()', execution_count: 2 },
  { id: 'three', source: 'was_run()' },
];
const around: NotebookSurroundings = {
  kernelOf: () => Promise.resolve({ displayName: 'Python 3', language: 'python', state: 'idle' }),
  runsOf: () =>
    Promise.resolve([
      { cellId: 'two', by: 'ben', state: 'failed', duration: 1.5, sourceHash: sourceHash('df.plt()') },
      { cellId: 'two', by: 'ada', state: 'done', duration: 1, sourceHash: sourceHash('df.plot()') },
    ]),
  variablesOf: () => Promise.resolve([{ name: 'df', type: 'DataFrame', summary: '3 rows' }]),
  findOutput: (wanted) =>
    Promise.resolve(
      wanted === sha256
        ? JSON.stringify({ output_type: 'stream', name: 'stdout', text: 'all of what was printed' })
        : null,
    ),
};

test('a question goes with cells, kept outputs, runs, variables and what is selected, and an account of it', async () => {
  const model = new ScriptedChatModel([says('I see.')]);
  const work = await AgentAtWork.start(cells, model, { around });
  const selected = { cell_id: 'one', text: 'load' };
  const turnId = await work.whole('What is @variable:df in @cell:2, and @cell:9?', {
    selected_cells: ['one'],
    selected_text: selected,
  });
  const sent = model.requests[0]?.messages[0]?.content ?? [];
  const text = sent.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  expect(text).toContain('all of what was printed');
  expect(text).toMatch(
    /id="two" number="2" kind="code" execution-count="2" state="failed" changed-since-run/,
  );
  expect(text).toMatch(/Python 3 \(python\), idle/);
  expect(text).toMatch(/df: DataFrame, 3 rows/);
  expect(text).toMatch(/cell 2, by ben: failed after 1\.50 s/);
  expect(text).toMatch(/The person is at cell 1[^]*Marked in it is:\nload/);
  expect(text).toMatch(/Not found, though mentioned: @cell:9/);
  // The question comes last, in the person's own words.
  expect(sent.at(-1)).toEqual({ type: 'text', text: 'What is @variable:df in @cell:2, and @cell:9?' });
  const [turn] = await readThread(work.log, work.thread.threadId);
  expect(turn?.state.turnId).toBe(turnId);
  expect(turn?.state.context?.content).toEqual(sent.slice(0, -1));
  expect(turn?.state.account).toContainEqual(
    expect.objectContaining({ item: 'cell', name: 'two', reason: 'mentioned', told: 'whole' }),
  );
  expect(model.requests[0]?.instructions).toContain('You work in the notebook "a.ipynb"');
  await work.close();
});

test('cells that were told in a line only must be read before they are written anew', async () => {
  const many = Array.from({ length: 300 }, (_, index) => ({
    id: `c${index}`,
    source: `x = ${index}\n`.repeat(40),
  }));
  const write = calls(
    ['edit_cell', { cell: 'c0', source: 'x = 1' }],
    ['edit_cell', { cell: 'c299', source: 'y' }],
  );
  const model = new ScriptedChatModel([write, says('Done.')], { contextTokens: 8_000 });
  const work = await AgentAtWork.start(many, model);
  await work.allowEdits();
  const turn = await work.whole('Change them.', { selected_cells: ['c299'] });
  expect(await work.results(turn)).toEqual([
    expect.stringMatching(/^You have not read this cell yet/),
    'Changed the cell c299.',
  ]);
  await work.close();
});

test('a lost output is told of as what stands for it; a conversation about no notebook is told of none', async () => {
  const model = new ScriptedChatModel([says('I see.')]);
  const work = await AgentAtWork.start(cells, model, {
    around: { ...around, findOutput: () => Promise.resolve(null) },
  });
  await work.whole('What is this?');
  expect(JSON.stringify(model.requests[0]?.messages)).toContain('Large output (text/plain; 9 kB)');
  const asked = {
    turn_id: 'x',
    model: 'm',
    text: 'Hm?',
    images: [],
    selected_cells: [],
    selected_text: null,
  };
  expect(await work.outfit.describe({ ...work.thread, documentId: null }, asked, ada)).toBeNull();
  await work.close();
});
