import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatRequest } from '../../ai-agent/chat-model.ts';
import { AgentAtWork, ada } from '../../test/doubles/agent-at-work.ts';
import { calls, says, ScriptedChatModel } from '../../test/doubles/scripted-chat-model.ts';
import type { ScriptedAnswer } from '../../test/doubles/scripted-chat-model.ts';
import { NotebookPage } from '../../test/doubles/shared-notebooks.ts';
import type { StoredTurnEvent } from './stored-turn-event.ts';
import { threadStream } from './agent-threads.ts';
import { cellsIn, idOf, newSharedCell, sourceOf } from './shared-cell.ts';

const output = { output_type: 'stream', name: 'stdout', text: '1\n' };
const notebook = [
  { id: 'one', source: '[s1]\n[s2]\n[s3]', outputs: [output], execution_count: 1 },
  { id: 'two', cell_type: 'markdown', source: '[s4]' },
  { id: 'three', source: '[s5]\n[s6]' },
];

const kinds = ['insert', 'replace', 'create', 'move', 'delete', 'convert', 'tag'] as const;
const step = fc.record({
  kind: fc.constantFrom(...kinds),
  cell: fc.nat(5),
  other: fc.nat(5),
  line: fc.nat(5),
  /** What somebody else does before it: types into this cell, or makes one. */
  person: fc.option(fc.record({ cell: fc.nat(5), line: fc.nat(5), isNewCell: fc.boolean() })),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** An agent that takes these steps, one a time, and somebody who works beside it. */
class Rehearsal {
  readonly #steps: readonly Step[];
  #work!: AgentAtWork;
  #page!: NotebookPage;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  async play(): Promise<{ work: AgentAtWork; page: NotebookPage; turnId: string }> {
    const model = new ScriptedChatModel((_request: ChatRequest, asked) => this.#answer(asked));
    this.#work = await AgentAtWork.start(notebook, model);
    await this.#work.allowEdits();
    this.#page = await NotebookPage.open(this.#work.document);
    const turnId = await this.#work.whole('Go on.');
    return { work: this.#work, page: this.#page, turnId };
  }

  #answer(asked: number): ScriptedAnswer {
    // Each step is a reading, so that the cell is known, and an edit.
    const at = Math.floor(asked / 2);
    const taken = this.#steps[at];
    if (taken === undefined) return says('Done.');
    const cells = [...cellsIn(this.#work.document.ydoc)];
    if (asked % 2 === 0) {
      if (taken.person !== null) this.#type(taken.person, at);
      return calls(['read_notebook', { view: 'cells' }]);
    }
    const cell = cells[taken.cell % Math.max(1, cells.length)];
    if (cell === undefined) return calls(['create_cell', { source: `[a${at}]` }]);
    const [id, other] = [idOf(cell), idOf(cells[taken.other % cells.length] ?? cell)];
    const lines = sourceOf(cell).split('\n');
    const line = lines[taken.line % lines.length] ?? '';
    switch (taken.kind) {
      case 'insert':
        return calls(['edit_cell', { cell: id, old_text: line, new_text: `${line}\n[a${at}]` }]);
      case 'replace':
        return calls(['edit_cell', { cell: id, old_text: line, new_text: `[a${at}]` }]);
      case 'create':
        return calls(['create_cell', { source: `[a${at}]`, before: id }]);
      case 'move':
        return calls(['move_cell', { cell: id, after: other }]);
      case 'delete':
        return calls(['delete_cell', { cell: id }]);
      case 'convert':
        return calls(['convert_cell', { cell: id, cell_type: at % 2 === 0 ? 'raw' : 'code' }]);
      case 'tag':
        return calls(['set_metadata', { cell: id, set: { tags: [`t${at}`] } }]);
    }
  }

  #type({ cell, line, isNewCell }: NonNullable<Step['person']>, at: number): void {
    const { cells, model } = this.#page;
    const typed = cells[cell % Math.max(1, cells.length)];
    if (isNewCell || typed === undefined) {
      const made = {
        id: `p${at}`,
        type: 'code',
        source: `[p${at}]`,
        metadata: {},
      } as const;
      const shared = newSharedCell({ ...made, outputs: [], executionCount: null });
      cellsIn(model.ydoc).insert(cell % (cells.length + 1), [shared]);
      return;
    }
    const lines = typed.getSource().split('\n');
    const before = lines.slice(0, line % (lines.length + 1)).join('\n');
    const place = before === '' ? 0 : before.length;
    const text = place === 0 ? `[p${at}]\n` : `\n[p${at}]`;
    typed.updateSource(place, place, text);
  }
}

const cellsOf = ({ document }: AgentAtWork): unknown => cellsIn(document.ydoc).toJSON();
const tokens = (work: AgentAtWork, of: string): string[] =>
  [...work.sources.join('\n').matchAll(new RegExp(`\\[${of}\\d+\\]`, 'g'))].map(([found]) => found).sort();

async function reverted(work: AgentAtWork): Promise<{ callIds: string[]; left: { reason: string }[] }> {
  for await (const event of work.log.read(threadStream(work.thread.threadId))) {
    const { type, data } = event as StoredTurnEvent;
    if (type === 'turn-reverted') return data;
  }
  throw new Error('nothing was taken back');
}

test('what an agent did alone is taken back to the last outputs and places', async () => {
  const alone = step.map((each) => ({ ...each, person: null }));
  await fc.assert(
    fc.asyncProperty(fc.array(alone, { minLength: 1, maxLength: 8 }), async (steps) => {
      const { work, turnId } = await new Rehearsal(steps).play();
      const fresh = await AgentAtWork.start(notebook, new ScriptedChatModel([]));
      const original = cellsOf(fresh);
      const isChanged = JSON.stringify(cellsOf(work)) !== JSON.stringify(original);
      const taking = work.reverter.revert(work.thread, turnId, ada);
      if (isChanged) await taking;
      else await taking.catch(() => undefined);
      expect(cellsOf(work)).toEqual(original);
      await work.close();
      await fresh.close();
    }),
    { numRuns: 60 },
  );
});

test('what others have typed before, between and after stays when a turn is taken back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(4), async (steps, last) => {
      const { work, page, turnId } = await new Rehearsal(steps).play();
      page.cells[last % Math.max(1, page.cells.length)]?.updateSource(0, 0, '[p99]\n');
      await work.document.committed();
      const before = tokens(work, 'p');
      await work.reverter.revert(work.thread, turnId, ada).catch(() => undefined);
      const after = tokens(work, 'p');
      // Nothing of theirs is gone, nothing is there twice.
      expect(after).toEqual(expect.arrayContaining(before));
      expect(new Set(after).size).toBe(after.length);
      const { left } = await reverted(work).catch(() => ({ left: [{ reason: 'all' }] }));
      if (left.length === 0) {
        expect(tokens(work, 'a')).toEqual([]);
        expect(tokens(work, 's')).toEqual(['[s1]', '[s2]', '[s3]', '[s4]', '[s5]', '[s6]']);
      }
      await work.close();
    }),
    { numRuns: 100 },
  );
});

test('taking back is one change of the person’s, told once, and only once a turn is over', async () => {
  const edit = (from: string, to: string) =>
    calls(['edit_cell', { cell: 'one', old_text: from, new_text: to }]);
  const model = new ScriptedChatModel([
    edit('[s1]', '[a1]'),
    edit('[s2]', '[a2]'),
    says('Done.'),
    says('Nothing.'),
  ]);
  const work = await AgentAtWork.start(notebook, model);
  const turnId = await work.whole('Go on.');
  const take = (turn: string) => work.reverter.revert(work.thread, turn, ada);
  await expect(take(turnId)).rejects.toMatchObject({ code: 'turn_under_way' });
  await work.decide(turnId, true);
  await work.decide(turnId, true);
  expect(work.sources[0]).toBe('[a1]\n[a2]\n[s3]');
  const page = await NotebookPage.open(work.document);
  const [updates] = [page.updates];
  page.cells[0]?.updateSource(page.cells[0].getSource().length, page.cells[0].getSource().length, '\n[p1]');
  // Of two who press the button at once, one is told so.
  const both = await Promise.allSettled([take(turnId), take(turnId)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(take(turnId)).rejects.toMatchObject({ code: 'cannot_revert' });
  expect(work.sources[0]).toBe('[s1]\n[s2]\n[s3]\n[p1]');
  expect(page.updates).toBe(updates + 1);
  expect(await reverted(work)).toMatchObject({
    by: 'ada',
    left: [],
    callIds: [expect.any(String), expect.any(String)],
  });
  const idle = await work.whole('Anything else?');
  await expect(take(idle)).rejects.toMatchObject({ code: 'cannot_revert' });
  await expect(take('another')).rejects.toMatchObject({ code: 'turn_not_found' });
  await work.close();
});

test('a cell that the agent made and somebody has changed stays, and is told of', async () => {
  const model = new ScriptedChatModel([
    calls(
      ['create_cell', { source: '[a1]' }],
      ['edit_cell', { cell: 'two', old_text: '[s4]', new_text: '[a2]' }],
    ),
    says('Done.'),
  ]);
  const work = await AgentAtWork.start(notebook, model);
  await work.allowEdits();
  const turnId = await work.whole('Go on.');
  const page = await NotebookPage.open(work.document);
  page.cells.at(-1)?.setSource('[p1]');
  await work.reverter.revert(work.thread, turnId, ada);
  expect(work.sources).toEqual(['[s1]\n[s2]\n[s3]', '[s4]', '[s5]\n[s6]', '[p1]']);
  expect((await reverted(work)).left).toMatchObject([{ reason: 'Somebody has changed the new cell since.' }]);
  await work.close();
});
