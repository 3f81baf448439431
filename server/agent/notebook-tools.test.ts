import { expect, test } from 'vitest';
import type * as Y from 'yjs';
import { AgentAtWork, ada } from '../../test/doubles/agent-at-work.ts';
import { calls, says, ScriptedChatModel } from '../../test/doubles/scripted-chat-model.ts';
import type { ScriptedAnswer } from '../../test/doubles/scripted-chat-model.ts';
import { NotebookPage } from '../../test/doubles/shared-notebooks.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';

const two = [
  { id: 'one', source: 'x = 1\ny = 2\n' },
  {
    id: 'two',
    source: 'print(x)',
    execution_count: 3,
    outputs: [{ output_type: 'stream', name: 'stdout', text: '1\n' }],
  },
];
const scripted = (...answers: readonly ScriptedAnswer[]) => new ScriptedChatModel(answers);

test('edits go into the document under the agent’s name, once they are approved, and say what they did', async () => {
  const model = scripted(
    calls(
      ['edit_cell', { cell: 'one', old_text: 'x = 1', new_text: 'x = 10' }],
      ['create_cell', { cell_type: 'markdown', source: '# Title', before: 'one' }],
      ['move_cell', { cell: 'one' }],
      ['convert_cell', { cell: 'two', cell_type: 'raw' }],
      ['set_metadata', { cell: 'one', set: { tags: ['a'] } }],
    ),
    says('Done.'),
  );
  const work = await AgentAtWork.start(two, model);
  const turn = await work.whole('Change it.');
  expect(work.sources).toEqual(['x = 1\ny = 2\n', 'print(x)']);
  await work.decide(turn, true);
  expect(work.sources).toEqual(['# Title', 'print(x)', 'x = 10\ny = 2\n']);
  const json = work.document.ydoc.getArray<Y.Map<unknown>>('cells').toJSON() as Record<string, unknown>[];
  expect(json[1]).toMatchObject({ id: 'two', cell_type: 'raw' });
  expect(json[2]).toMatchObject({ id: 'one', metadata: { tags: ['a'] } });
  expect(await work.results(turn)).toEqual([
    'Changed the cell one.',
    expect.stringMatching(/^Created the markdown cell \w+, number 1\.$/),
    'Moved the cell one; it is number 3 now.',
    'The cell two is a raw cell now.',
    'Set the metadata of the cell one.',
  ]);
  await work.close();
});

test('a rejected edit leaves no trace, and the model hears of it', async () => {
  const model = scripted(calls(['delete_cell', { cell: 'one' }]), says('As you like.'));
  const work = await AgentAtWork.start(two, model);
  const turn = await work.whole('Delete the first cell.');
  const before = JSON.stringify(work.document.ydoc.toJSON());
  await work.decide(turn, false);
  expect(JSON.stringify(work.document.ydoc.toJSON())).toBe(before);
  expect(await work.results(turn)).toEqual([expect.stringMatching(/reject|no/i)]);
  await work.close();
});

test('what is written anew must be known as it is now: somebody’s typing is not undone', async () => {
  const rewrite = calls(['edit_cell', { cell: 'one', source: 'x = 5' }]);
  const model = scripted(rewrite, rewrite, says('Done.'));
  const work = await AgentAtWork.start(two, model);
  const page = await NotebookPage.open(work.document);
  const turn = await work.whole('Change it.');
  page.cells[0]?.setSource('x = 2');
  await work.decide(turn, true);
  expect(work.sources[0]).toBe('x = 2');
  const [refused] = await work.results(turn);
  expect(refused).toMatch(/Somebody has changed this cell since you read it[^]*x = 2/);
  // It knows now, and asks again.
  await work.decide(turn, true);
  expect(work.sources[0]).toBe('x = 5');
  await work.close();
});

test('a patch must be found exactly once, and leaves the rest of the text as it is', async () => {
  const edit = (old_text: string, new_text: string) =>
    calls(['edit_cell', { cell: 'one', old_text, new_text }]);
  const model = scripted(edit('z', 'a'), edit('= ', ': '), edit('y = 2', 'y = 22'), says('Done.'));
  const work = await AgentAtWork.start(two, model);
  await work.allowEdits();
  const page = await NotebookPage.open(work.document);
  const text = page.cells[0]?.ymodel.get('source') as Y.Text;
  const deltas: unknown[] = [];
  text.observe((event) => deltas.push(event.delta));
  const turn = await work.whole('Change it.');
  expect(await work.results(turn)).toEqual([
    expect.stringMatching(/not in this cell[^]*x = 1/),
    expect.stringMatching(/more than once/),
    'Changed the cell one.',
  ]);
  expect(deltas).toEqual([[{ retain: 11 }, { insert: '2' }]]);
  await work.close();
});

test('reads tell outlines, cells with outputs, long outputs in pages, and what is found', async () => {
  const long = Array.from({ length: 4000 }, (_, line) => `line ${line}`).join('\n');
  const outputs = [
    { output_type: 'stream', name: 'stdout', text: long },
    { output_type: 'display_data', data: { 'image/png': 'aGk=' }, metadata: {} },
  ];
  const cells = [...two, { id: 'long', source: 'loop()', outputs, execution_count: 4 }];
  const model = scripted(
    calls(
      ['read_notebook', {}],
      ['read_notebook', { view: 'cells', from: 2, count: 1 }],
      ['read_cell', { cell: 'long' }],
      ['read_output', { cell: 'long', start: -20 }],
      ['search_notebook', { text: 'LINE 3999', where: 'both' }],
      ['read_cell', { cell: 'none' }],
    ),
    says('Done.'),
  );
  const work = await AgentAtWork.start(cells, model);
  const [outline, range, whole, tail, found, none] = await work.results(await work.whole('Look.'));
  expect(outline).toMatch(
    /has 3 cells\.\n1 one code: x = 1 …\n2 two code: print\(x\)\n3 long code: loop\(\)/,
  );
  expect(range).toMatch(/print\(x\)[^]*<cell-output type="stdout">\n1[^]*1 more cells/);
  expect(whole).toMatch(/loop\(\)[^]*line 0[^]*left out[^]*line 3999[^]*\[image\/png\]/);
  expect(tail).toMatch(/line 3998\nline 3999/);
  expect(found).toMatch(/3 long output, 4000: line 3999/);
  expect(none).toMatch(/no cell with the id "none"/);
  await work.close();
});

test('rights are asked at each use: who lost theirs meanwhile changes nothing, and reads nothing (I7)', async () => {
  let right: 'full' | 'view' | 'none' = 'full';
  const model = scripted(
    calls(['edit_cell', { cell: 'one', old_text: 'x = 1', new_text: '' }]),
    calls(['edit_cell', { cell: 'one', old_text: 'x = 1', new_text: '' }]),
    calls(['read_cell', { cell: 'one' }]),
    says('Done.'),
  );
  const work = await AgentAtWork.start(two, model, {
    authorize: (person, action, resource) => {
      if (right === 'none') throw new HttpError(403, 'Forbidden');
      authorizeSignedIn({ ...person, right }, action, resource);
    },
  });
  const turn = await work.whole('Change it.');
  right = 'view';
  await work.decide(turn, true);
  expect(work.sources[0]).toBe('x = 1\ny = 2\n');
  const results = await work.results(turn);
  expect(results.slice(0, 2)).toEqual([
    expect.stringMatching(/does not have the right/),
    expect.stringMatching(/does not have the right/),
  ]);
  expect(results[2]).toMatch(/x = 1/);
  right = 'none';
  const blind = scripted(calls(['read_cell', { cell: 'one' }]), says('Done.'));
  const other = await AgentAtWork.start(two, blind, {
    authorize: () => {
      throw new HttpError(403, 'Forbidden');
    },
  });
  expect(await other.results(await other.whole('Look.'))).toEqual([
    expect.stringMatching(/does not have the right/),
  ]);
  await work.close();
  await other.close();
});

test('the agent is among those who have the notebook open while it works, at the cell that it works on (I8)', async () => {
  const model = scripted(
    calls(['edit_cell', { cell: 'one', old_text: 'x = 1', new_text: 'x = 3' }]),
    says('Done.'),
  );
  const work = await AgentAtWork.start(two, model);
  let told = 0;
  work.document.join({
    actor: 'ben',
    mayWrite: () => true,
    updated: () => undefined,
    awarenessUpdated: () => (told += 1),
    renamed: () => undefined,
    ended: () => undefined,
  });
  const states = () => [...work.document.awareness.getStates().values()];
  expect(states()).toEqual([]);
  const turn = await work.whole('Change it.');
  expect(states()).toMatchObject([
    { user: { username: 'agent:ada', name: 'Assistant (for Ada)' }, place: { cell: 'one' } },
  ]);
  expect(told).toBeGreaterThan(0);
  const seen: unknown[] = [];
  work.document.awareness.on('change', () => seen.push(...states().map(({ place }) => place as unknown)));
  await work.decide(turn, true);
  expect(seen).toContainEqual(expect.objectContaining({ cell: 'one' }));
  expect(states()).toEqual([]);
  await work.close();
});

test('without a notebook there are only tools for files, and the model is told why', async () => {
  const work = await AgentAtWork.start(two, scripted(says('Hello.')));
  const names = async (documentId: string | null) => {
    const equipment = await work.outfit.equip({ ...work.thread, documentId }, 'turn', ada);
    equipment.close();
    const { tools, instructions } = equipment;
    return [tools.descriptions().map(({ name }) => name), instructions] as const;
  };
  const [free, freeText] = await names(null);
  expect(free).toEqual(['read_file', 'list_directory']);
  expect(freeText).toContain('about no notebook');
  const [gone, goneText] = await names('00000000-0000-4000-8000-000000000000');
  expect(gone).toEqual(['read_file', 'list_directory']);
  expect(goneText).toContain('was deleted');
  await work.close();
});
