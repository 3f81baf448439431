import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATE, FoldedCells } from '../../test/doubles/folded-cells.ts';
import type { RunInput } from './run-input.ts';

const idle = { execution_state: 'idle' };
const busy = { execution_state: 'busy' };
const ok = (executionCount: number) => ({ status: 'ok', execution_count: executionCount, payload: [] });

describe('a run', () => {
  it('[R1] empties its cell when it is requested', () => {
    const cells = new FoldedCells().run('a', 'first', true).print('first', 'old');
    cells.say('first', 'status', busy).say('first', 'execute_reply', ok(4)).run('a', 'second');
    expect(cells.result('a')).toMatchObject({
      requestId: 'second',
      outputs: [],
      executionCount: null,
      timing: null,
      outcome: null,
      isDone: false,
    });
  });

  it('[R2] of earlier says nothing more', () => {
    const cells = new FoldedCells().run('a', 'first').run('a', 'second');
    cells
      .print('second', 'x')
      .print('first', 'late')
      .say('first', 'execute_reply', ok(1))
      .say('first', 'clear_output', { wait: false });
    expect(cells.result('a')).toMatchObject({ executionCount: null, outcome: null });
    expect(cells.outputs('a')).toEqual(['stdout: x']);
  });

  it('[R3] has the count of its input, then that of its reply', () => {
    const cells = new FoldedCells().run('a').say('a', 'execute_input', { code: '', execution_count: 3 });
    expect(cells.result('a').executionCount).toBe(3);
    cells.say('a', 'execute_reply', { status: 'aborted' });
    expect(cells.result('a').executionCount).toBeNull();
  });

  it.each([['reply first'], ['idle first']])('[R4] is done by reply and idle: %s', (order) => {
    const cells = new FoldedCells().run('a');
    const parts = [() => cells.say('a', 'execute_reply', ok(1)), () => cells.say('a', 'status', idle)];
    if (order === 'idle first') parts.reverse();
    parts[0]?.();
    expect(cells.result('a').isDone).toBe(false);
    parts[1]?.();
    expect(cells.result('a')).toMatchObject({ isDone: true, outcome: 'ok', executionCount: 1 });
  });

  it('[R4] gets what a thread says after its end', () => {
    const cells = new FoldedCells().run('a').say('a', 'execute_reply', ok(1)).say('a', 'status', idle);
    expect(cells.print('a', 'late').outputs('a')).toEqual(['stdout: late']);
  });

  it('[R5] is of one notebook, even if a copy has cells of the same id', () => {
    const cells = new FoldedCells().run('a', 'here').run('a', 'there', false, 'copy.ipynb');
    cells.print('here', '1').print('there', '2');
    expect(cells.outputs('a')).toEqual(['stdout: 1']);
    expect(cells.result('a', 'copy.ipynb').outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: '2' },
    ]);
  });

  it('[R6] of a released cell is forgotten', () => {
    const cells = new FoldedCells().run('a').run('b').display('a', '1', 'id').display('b', '1', 'id');
    cells.tell({ type: 'cells-released', notebook: 'a.ipynb', cellIds: ['a', 'unknown'] });
    cells.print('a', 'late').display('b', '2', 'id', 'update_display_data');
    expect(cells.hasCell('a')).toBe(false);
    expect(cells.outputs('b')).toEqual(['display_data: 2']);
  });

  it('[R2] [R6] leaves nothing behind, however often its cell is run', () => {
    const cells = new FoldedCells().openWidget('w');
    for (let run = 0; run < 50; run++) {
      cells.run('a', `run-${run}`).display(`run-${run}`, 'x', `id-${run}`);
      cells
        .say(`run-${run}`, 'clear_output', { wait: run % 2 === 0 })
        .display(`run-${run}`, 'y', `id+${run}`);
      cells.say(`run-${run}`, 'input_request', { prompt: '', password: false });
      cells.setWidget('w', { msg_id: `run-${run}` });
    }
    expect(cells.held()).toEqual({ cells: 1, runs: 1, shown: 1, prompts: 1, byComm: 1, redirections: 1 });
    cells.tell({ type: 'cells-released', notebook: 'a.ipynb', cellIds: ['a'] });
    cells.say(null, 'comm_close', { comm_id: 'w', data: {} });
    expect(cells.held()).toEqual({ cells: 0, runs: 0, shown: 0, prompts: 0, byComm: 0, redirections: 0 });
  });

  it('tells by its revision that something is new', () => {
    const cells = new FoldedCells().run('a').run('b').display('b', '1', 'id');
    const seen = new Set([cells.result('b').revision]);
    const changes = [
      () => cells.print('b', 'x'),
      () => cells.display('a', '2', 'id', 'update_display_data'),
      () => cells.say('b', 'execute_input', { code: '', execution_count: 1 }),
      () => cells.say('b', 'execute_reply', ok(1)),
      () => cells.say('b', 'status', idle),
      () => cells.say('b', 'clear_output', { wait: false }),
      () => cells.run('b', 'again'),
    ];
    for (const change of changes) {
      change();
      seen.add(cells.result('b').revision);
    }
    expect([...seen]).toEqual([...seen].sort((left, right) => left - right));
    expect(seen.size).toBe(changes.length + 1);
    const before = cells.result('b').revision;
    expect(cells.print('a', 'elsewhere').result('b').revision).toBe(before);
  });
});

describe('messages', () => {
  it.each<[string, object]>([
    ['stream', { name: 'stdout' }],
    ['stream', { name: 1, text: 'x' }],
    ['display_data', { data: { 'text/plain': 'x' } }],
    ['display_data', { data: 'x', metadata: {} }],
    ['execute_result', { data: {}, metadata: {} }],
    ['error', { ename: 'E', evalue: 'v' }],
    ['of_tomorrow', { name: 'stdout', text: 'x', data: {}, metadata: {} }],
    ['clear_output', {}],
    ['comm_open', { comm_id: 7 }],
  ])('[M2] passes over %s %j', (messageType, content) => {
    const cells = new FoldedCells().run('a').print('a', 'kept').say('a', messageType, content);
    expect(cells.outputs('a')).toEqual(['stdout: kept']);
  });

  it('[M5] are not changed', () => {
    const frozen = (text: string): RunInput => {
      const transient = Object.freeze({ display_id: 'id' });
      const data = Object.freeze({ 'text/plain': text });
      const content = Object.freeze({ data, metadata: Object.freeze({}), transient });
      const [messageType, date, metadata] = ['display_data', DATE, Object.freeze({})];
      const message = { messageType, date, metadata, messageId: text, parentMessageId: 'a', content };
      return Object.freeze({ type: 'kernel-message', sequence: 1, ...message });
    };
    const cells = new FoldedCells().run('a').tell(frozen('1')).tell(frozen('2'));
    expect(cells.outputs('a')).toEqual(['display_data: 2', 'display_data: 2']);
  });

  it('[M3] drops output that no cell asked for, but not its updates', () => {
    const cells = new FoldedCells().run('a').display('a', '1', 'id');
    cells.print('stranger', 'x').display('stranger', '2', 'id').say(null, 'stream', { name: 's', text: '' });
    expect(cells.outputs('a')).toEqual(['display_data: 2']);
  });

  it('[M4] shows the page of a reply', () => {
    const payload = [{ source: 'page', data: { 'text/plain': 'help' } }];
    const cells = new FoldedCells().run('a').print('a', 'x');
    expect(cells.say('a', 'execute_reply', { ...ok(1), payload }).outputs('a')).toEqual([
      'stdout: x',
      'display_data: help',
    ]);
  });
});

describe('outputs', () => {
  it('[A1] joins what one stream says in a row', () => {
    const cells = new FoldedCells().run('a').print('a', '1').print('a', '2\n').print('a', '!', 'stderr');
    cells.print('a', '3').display('a', 'x').print('a', '4').print('a', '5\b6');
    expect(cells.outputs('a')).toEqual([
      'stdout: 12\n',
      'stderr: !',
      'stdout: 3',
      'display_data: x',
      'stdout: 46',
    ]);
  });

  it('[A2] [A3] keeps metadata, and of the rest what nbformat has', () => {
    const cells = new FoldedCells().run('a');
    const shown = { data: { 'image/png': 'aaaa' }, metadata: { 'image/png': { width: 3 } } };
    cells.say('a', 'display_data', { ...shown, transient: { display_id: 'id' }, extra: 1 });
    cells.say('a', 'execute_result', { ...shown, execution_count: 2, transient: {}, extra: 1 });
    cells.say('a', 'error', { ename: 'E', evalue: 'v', traceback: ['t'], extra: 1 });
    cells.say('a', 'stream', { name: 'stderr', text: 'x', extra: 1 });
    expect(cells.result('a').outputs).toEqual([
      { output_type: 'display_data', ...shown },
      { output_type: 'execute_result', ...shown, execution_count: 2 },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
      { output_type: 'stream', name: 'stderr', text: 'x' },
    ]);
  });
});

describe('clear_output', () => {
  const spoken = fc.array(
    fc.oneof(
      fc.string().map((text) => ['stream', { name: 'stdout', text }] as const),
      fc.string().map((text) => ['stream', { name: 'stderr', text }] as const),
      fc.string().map((x) => ['display_data', { data: { 'text/plain': x }, metadata: {} }] as const),
      fc.constantFrom(['clear_output', { wait: false }] as const, ['clear_output', { wait: true }] as const),
    ),
  );
  type Spoken = typeof spoken extends fc.Arbitrary<infer T> ? T : never;

  function folded(...parts: Spoken[]): string[] {
    const cells = new FoldedCells().run('a');
    for (const [messageType, content] of parts.flat()) cells.say('a', messageType, content);
    return cells.outputs('a');
  }
  const clear: Spoken = [['clear_output', { wait: false }]];
  const clearNext: Spoken = [['clear_output', { wait: true }]];
  const isShown = (part: Spoken): boolean => part[0] !== undefined && part[0][0] !== 'clear_output';

  it('[C1] makes what was said before as if it had not been', () => {
    fc.assert(
      fc.property(spoken, spoken, (before, after) => {
        expect(folded(before, clear, after)).toEqual(folded(after));
      }),
    );
  });

  it('[C2] with wait shows the old until something new comes, then only the new', () => {
    fc.assert(
      fc.property(spoken, spoken, (before, after) => {
        expect(folded(before, clearNext)).toEqual(folded(before));
        fc.pre(isShown(after));
        expect(folded(before, clearNext, after)).toEqual(folded(after));
      }),
    );
  });

  it('[C1] [C2] said twice is said once', () => {
    fc.assert(
      fc.property(spoken, spoken, (before, after) => {
        expect(folded(before, clear, clear, after)).toEqual(folded(before, clear, after));
        expect(folded(before, clearNext, clearNext, after)).toEqual(folded(before, clearNext, after));
        expect(folded(before, clearNext, clear, after)).toEqual(folded(before, clear, after));
      }),
    );
  });

  it('[C2] waits for an output, not for an update', () => {
    const cells = new FoldedCells().run('a').display('a', '1', 'id').say('a', 'clear_output', { wait: true });
    cells.display('a', '2', 'id', 'update_display_data');
    expect(cells.outputs('a')).toEqual(['display_data: 2']);
    expect(cells.print('a', 'new').outputs('a')).toEqual(['stdout: new']);
  });
});

describe('display ids', () => {
  it('[D1] update each output that was shown by them, in all cells and notebooks', () => {
    const cells = new FoldedCells().run('a').run('b').run('a', 'copy', false, 'copy.ipynb').run('c');
    cells.display('a', '1', 'id').print('a', 'x').display('b', '2', 'id').display('copy', '3', 'id');
    cells.display('b', 'other', 'other').display('b', 'none');
    cells.say('c', 'update_display_data', {
      data: { 'text/plain': 'new' },
      metadata: { 'text/plain': { isolated: true } },
      transient: { display_id: 'id' },
    });
    expect(cells.outputs('a')).toEqual(['display_data: new', 'stdout: x']);
    expect(cells.outputs('b')).toEqual(['display_data: new', 'display_data: other', 'display_data: none']);
    expect(cells.outputs('c')).toEqual([]);
    expect(cells.result('a', 'copy.ipynb').outputs).toEqual([
      {
        output_type: 'display_data',
        data: { 'text/plain': 'new' },
        metadata: { 'text/plain': { isolated: true } },
      },
    ]);
  });

  it('[D2] that are shown again update what is there', () => {
    const cells = new FoldedCells().run('a').run('b').display('a', '1', 'id').display('b', '2', 'id');
    cells.display('b', '3', 'id');
    expect([cells.outputs('a'), cells.outputs('b')]).toEqual([
      ['display_data: 3'],
      ['display_data: 3', 'display_data: 3'],
    ]);
  });

  it('[D2] [D3] of a result update displays, never the result', () => {
    const cells = new FoldedCells().run('a').display('a', '1', 'id');
    cells.say('a', 'execute_result', {
      execution_count: 1,
      data: { 'text/plain': '2' },
      metadata: {},
      transient: { display_id: 'id' },
    });
    expect(cells.outputs('a')).toEqual(['display_data: 2', 'execute_result: 2']);
    cells.display('a', '3', 'id', 'update_display_data');
    expect(cells.outputs('a')).toEqual(['display_data: 3', 'execute_result: 2']);
  });

  it('[D5] of what was cleared, run again or of another process mean nothing', () => {
    const cells = new FoldedCells().run('a').run('b').run('c').run('d');
    for (const cell of ['a', 'b', 'c']) cells.display(cell, '1', 'id');
    cells.say('a', 'clear_output', { wait: false }).print('a', 'cleared');
    cells.say('b', 'clear_output', { wait: true }).print('b', 'cleared');
    cells.run('c', 'again').print('again', 'again');
    const revisions = (): number[] => ['a', 'b', 'c'].map((cell) => cells.result(cell).revision);
    const before = revisions();
    cells.display('d', '2', 'id', 'update_display_data');
    expect(revisions()).toEqual(before);
    expect(['a', 'b', 'c', 'd'].map((cell) => cells.outputs(cell))).toEqual([
      ['stdout: cleared'],
      ['stdout: cleared'],
      ['stdout: again'],
      [],
    ]);
    cells.display('d', '3', 'id').tell({ type: 'kernel-restarted', time: DATE });
    cells.run('a', 'next').display('next', '4', 'id', 'update_display_data');
    expect(cells.outputs('d')).toEqual(['display_data: 3']);
    cells.display('d', '5', 'id').display('next', '6', 'id', 'update_display_data');
    expect(cells.outputs('d')).toEqual(['display_data: 3', 'display_data: 6']);
  });

  it('[D5] [C2] of what another display replaced mean nothing', () => {
    const cells = new FoldedCells().run('a').display('a', '1', 'id').say('a', 'clear_output', { wait: true });
    const { revision } = cells.display('a', 'new').result('a');
    expect(cells.display('a', '2', 'id', 'update_display_data').result('a').revision).toBe(revision);
  });

  it('[D6] shown a thousand times in a cell are one thing to update', () => {
    const cells = new FoldedCells().run('a');
    for (let time = 0; time < 1000; time++) cells.display('a', String(time), 'id');
    const outputs = cells.result('a').outputs;
    expect(new Set(outputs)).toEqual(new Set([outputs[0]]));
    expect(cells.outputs('a')).toEqual(new Array(1000).fill('display_data: 999'));
  });
});

describe('prompts', () => {
  const asked = (password = false) =>
    new FoldedCells().run('a').print('a', 'x').say('a', 'input_request', { prompt: 'Name?', password });
  const replied = (promptMessageId: string, value: string | null) =>
    ({ type: 'execution-input-replied', promptMessageId, value }) as const;

  it('[P1] stay with their answer', () => {
    const cells = asked().tell(replied('message-2', 'Ada')).print('a', 'y');
    expect(cells.outputs('a')).toEqual(['stdout: x', 'stdin: Name? Ada\n', 'stdout: y']);
    expect(cells.tell(replied('message-2', 'again')).outputs('a')).toHaveLength(3);
  });

  it('[P1] [I1] hide a password, which is never stored', () => {
    expect(asked(true).tell(replied('message-2', null)).outputs('a')).toEqual([
      'stdout: x',
      'stdin: Name? ········\n',
    ]);
  });

  it.each<[string, (cells: FoldedCells) => FoldedCells]>([
    ['of nobody', (cells) => cells.tell(replied('message-1', 'x'))],
    ['after the end', (cells) => cells.say('a', 'status', idle).tell(replied('message-2', 'x'))],
    ['of a run before', (cells) => cells.run('a', 'b').print('b', 'x').tell(replied('message-2', 'x'))],
    [
      'of a process before',
      (cells) => cells.tell({ type: 'kernel-ended', time: DATE }).tell(replied('message-2', 'x')),
    ],
  ])('[P1] leave nothing of an answer %s', (_name, then) => {
    expect(then(asked()).outputs('a')).toEqual(['stdout: x']);
  });

  it('[C2] answer to a pending clear', () => {
    const cells = asked().say('a', 'clear_output', { wait: true }).tell(replied('message-2', 'Ada'));
    expect(cells.outputs('a')).toEqual(['stdin: Name? Ada\n']);
  });
});

describe('timing', () => {
  function ran(recordTiming: boolean): FoldedCells {
    return new FoldedCells()
      .run('a', 'a', recordTiming)
      .say('a', 'status', busy)
      .say('a', 'execute_input', { code: '', execution_count: 1 })
      .say('a', 'execute_reply', ok(1), { started: '2026-01-01T00:00:00Z' })
      .say('a', 'status', idle);
  }

  it('[X1] is recorded where it was asked for', () => {
    expect(ran(true).result('a').timing).toEqual({
      'iopub.status.busy': DATE,
      'iopub.execute_input': DATE,
      'iopub.status.idle': DATE,
      'shell.execute_reply': DATE,
      'shell.execute_reply.started': '2026-01-01T00:00:00Z',
    });
    expect(ran(false).result('a').timing).toBeNull();
  });

  it('[M2] [X1] has no time of a state that does not exist', () => {
    const cells = new FoldedCells().run('a', 'a', true).say('a', 'status', { execution_state: 'dreaming' });
    expect(cells.result('a').timing).toBeNull();
  });

  it('[X2] says when the kernel failed the run', () => {
    const cells = new FoldedCells().run('a', 'a', true).say('a', 'status', busy);
    cells.tell({ type: 'kernel-ended', time: '2027-01-01T00:00:00Z' });
    expect(cells.result('a').timing).toEqual({
      'iopub.status.busy': DATE,
      execution_failed: '2027-01-01T00:00:00Z',
    });
  });
});

describe('a kernel that goes away', () => {
  it.each(['kernel-restarted', 'kernel-ended'] as const)('[K1] [K2] leaves the outputs: %s', (type) => {
    const cells = new FoldedCells().run('done').run('half').run('waiting').display('done', '1', 'id');
    cells.say('done', 'execute_reply', ok(1)).say('done', 'status', idle);
    cells.print('half', 'x').say('half', 'execute_input', { code: '', execution_count: 2 });
    cells.tell({ type, time: DATE }).print('half', 'y');
    expect(cells.result('done')).toMatchObject({ outcome: 'ok', isDone: true });
    expect(cells.result('half')).toMatchObject({ outcome: 'interrupted', isDone: true, executionCount: 2 });
    expect(cells.result('waiting')).toMatchObject({ outcome: 'interrupted', isDone: true });
    expect(cells.outputs('half')).toEqual(['stdout: xy']);
  });

  it('[K2] does not take back a reply', () => {
    const cells = new FoldedCells().run('a').say('a', 'execute_reply', { status: 'error' });
    expect(cells.tell({ type: 'kernel-ended', time: DATE }).result('a')).toMatchObject({
      outcome: 'error',
      isDone: true,
    });
  });
});
