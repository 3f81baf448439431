import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { calls, says, ScriptedChatModel } from '../test/doubles/scripted-chat-model.ts';
import { startedTurn, turnId, TurnUnderTest } from '../test/doubles/turn-under-test.ts';
import { ChatError } from './chat-error.ts';
import type { ChatModel } from './chat-model.ts';
import { ToolError } from './tool.ts';
import type { Effect, Tool, ToolContext, ToolResult } from './tool.ts';
import { defaultTurnLimits } from './turn-limits.ts';
import { turnOf } from './turn-state.ts';

const result = (text: string): ToolResult => ({
  content: [{ type: 'text', text }],
  isError: false,
  details: null,
});

function tool(
  name: string,
  effect: Effect,
  use: (context: ToolContext, value: string) => Promise<ToolResult> = (_context, value) =>
    Promise.resolve(result(`${name} ${value}`)),
  more: Partial<Tool<{ value: string }>> = {},
): Tool<{ value: string }> {
  return {
    name,
    description: name,
    effect,
    schema: z.object({ value: z.string().default('') }),
    timeLimit: 60_000,
    isRepeatable: true,
    use: ({ value }, context) => use(context, value),
    ...more,
  };
}

const textOf = (message: unknown) => JSON.stringify(message);

describe('a turn', () => {
  it('[E1] asks, uses tools and asks again until the model has answered', async () => {
    const model = new ScriptedChatModel([calls(['read', { value: 'cell' }]), says('It is', ' a plot.')]);
    const turn = new TurnUnderTest({ model, tools: [tool('read', 'reads')] });
    expect(await turn.run()).toEqual({ type: 'done' });
    expect(turn.told).toEqual([
      'turn-started',
      'model-asked',
      'model-answered',
      'tool-started call-0',
      'tool-ended call-0',
      'model-asked',
      'text-streamed',
      'text-streamed',
      'model-answered',
      'turn-ended',
    ]);
    expect(model.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(turnOf(turn.log)).toEqual(turn.turn.state);
  });

  it('[E1] acts on nothing that could not be recorded', async () => {
    let used = 0;
    const model = new ScriptedChatModel([calls(['read', {}])]);
    const turn = new TurnUnderTest({
      model,
      tools: [tool('read', 'reads', () => Promise.resolve(result(String((used += 1)))))],
      record: (events, append) => {
        if (events[0]?.type === 'tool-started') return Promise.reject(new Error('disk full'));
        append();
        return Promise.resolve();
      },
    });
    await expect(turn.run()).rejects.toThrow('disk full');
    expect(used).toBe(0);
  });

  it('[E4] records a piece at once, and what comes during an append together', async () => {
    let release: () => void = () => undefined;
    const model = new ScriptedChatModel([says('a', 'b', 'c', 'd')]);
    const turn = new TurnUnderTest({
      model,
      record: (events, append) => {
        append();
        if (events[0]?.type !== 'text-streamed' || events[0].text !== 'a') return Promise.resolve();
        return new Promise((resolve) => (release = resolve));
      },
    });
    const run = turn.run();
    await turn.settle();
    expect(turn.log.filter(({ type }) => type === 'text-streamed')).toHaveLength(1);
    release();
    await run;
    const streamed = turn.log.filter((event) => event.type === 'text-streamed');
    expect(streamed.map(({ text }) => text)).toEqual(['a', 'bcd']);
  });

  it('[E3] works nothing through again at a further call', async () => {
    const steps = 100;
    const model = new ScriptedChatModel((_request, asked) =>
      asked < steps ? calls(['read', { value: String(asked) }]) : says('Done.'),
    );
    let toJson = 0;
    const read = tool('read', 'reads');
    const counting: Tool = {
      ...read,
      get description() {
        toJson += 1;
        return 'read';
      },
    };
    const turn = new TurnUnderTest({ model, tools: [counting] });
    expect(await turn.run()).toEqual({ type: 'done' });
    for (const [index, { messages }] of model.requests.entries()) {
      expect(messages).toHaveLength(1 + 2 * index);
      const before = model.requests[index - 1]?.messages ?? [];
      for (const [position, message] of before.entries()) expect(messages[position]).toBe(message);
    }
    // Each request describes the tools once, and nothing else does.
    expect(toJson).toBe(model.requests.length);
  });

  it('[L1] ends after so many steps, with what was done', async () => {
    const model = new ScriptedChatModel(() => calls(['read', {}]));
    const turn = new TurnUnderTest({ model, tools: [tool('read', 'reads')], limits: { steps: 3 } });
    expect(await turn.run()).toEqual({ type: 'step-limit', steps: 3 });
    expect(model.requests).toHaveLength(3);
    expect(turn.log.filter(({ type }) => type === 'tool-ended')).toHaveLength(3);
  });

  it('[L1] refuses calls beyond the number that an answer may have', async () => {
    const model = new ScriptedChatModel([calls(['read', {}, 'a'], ['read', {}, 'b'], ['read', {}, 'c'])]);
    const turn = new TurnUnderTest({ model, tools: [tool('read', 'reads')], limits: { callsPerAnswer: 2 } });
    await turn.run();
    expect(turn.results()['c']).toContain('at most 2 calls');
  });

  it('[O4] gives each call an id of its own', async () => {
    const ids: string[] = [];
    const model = new ScriptedChatModel([
      calls(['read', {}, ''], ['read', {}, 'x'], ['read', {}, 'x']),
      calls(['read', {}, 'x']),
    ]);
    const turn = new TurnUnderTest({
      model,
      tools: [
        tool('read', 'reads', ({ effectId }) => {
          ids.push(effectId);
          return Promise.resolve(result('read'));
        }),
      ],
    });
    await turn.run();
    expect(new Set(ids).size).toBe(4);
    expect(ids[1]).toBe(`${turnId}:x`);
  });
});

describe('approval', () => {
  const edit = tool('edit', 'edits', undefined, {
    preview: ({ value }) => Promise.resolve({ kind: 'text', text: value }),
  });

  it('[A1] [A6] [A7] puts all calls at once and carries them out in the order of the model', async () => {
    const model = new ScriptedChatModel([
      calls(['edit', { value: '1' }, 'a'], ['read', {}, 'b'], ['edit', { value: '2' }, 'c']),
    ]);
    const turn = new TurnUnderTest({ model, tools: [edit, tool('read', 'reads')] });
    const run = turn.run();
    await turn.settle();
    expect(turn.told.slice(3)).toEqual(['approval-requested a', 'approval-requested c']);
    turn.approve('c');
    await turn.settle();
    expect(turn.told).not.toContain('tool-started c');
    turn.approve('a');
    await run;
    expect(turn.told.filter((line) => line.startsWith('tool-started'))).toEqual([
      'tool-started a',
      'tool-started b',
      'tool-started c',
    ]);
    const started = turn.log.filter((event) => event.type === 'tool-started');
    expect(started.map(({ allowedBy }) => allowedBy)).toEqual(['approval', 'policy', 'approval']);
  });

  it('[A8] tells the model of a no, and what the person says', async () => {
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'], ['edit', {}, 'b'])]);
    const turn = new TurnUnderTest({ model, tools: [edit] });
    const run = turn.run();
    await turn.settle();
    turn.approve('a', { isApproved: false, remark: 'use numpy' });
    turn.approve('b', { remark: 'and then plot it' });
    await run;
    expect(turn.told).not.toContain('tool-started a');
    expect(turn.results()['a']).toMatch(/ann did not allow.*use numpy/);
    expect(turn.results()['b']).toMatch(/edit.*\n.*and then plot it/);
    expect(model.requests[1]?.messages[2]).toMatchObject({ role: 'tool', callId: 'a', isError: true });
  });

  it('[A4] lets the other calls of a tool pass once it is granted for the turn', async () => {
    const model = new ScriptedChatModel([
      calls(['edit', {}, 'a'], ['edit', {}, 'b']),
      calls(['edit', {}, 'c']),
    ]);
    const turn = new TurnUnderTest({ model, tools: [edit] });
    const run = turn.run();
    await turn.settle();
    turn.approve('b', { scope: 'turn' });
    expect(await run).toEqual({ type: 'done' });
    expect(turn.told).not.toContain('approval-requested c');
  });

  it('[E2] keeps to the first opinion', async () => {
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'], ['edit', {}, 'b'])]);
    const turn = new TurnUnderTest({ model, tools: [edit] });
    const run = turn.run();
    await turn.settle();
    turn.approve('b', { isApproved: false });
    turn.approve('b');
    turn.approve('a');
    await run;
    expect(turn.told).not.toContain('tool-started b');
  });

  it('[A3] holds to never, also for what was approved', async () => {
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'], ['edit', {}, 'b'])]);
    const turn = new TurnUnderTest({ model, tools: [edit] });
    const run = turn.run();
    await turn.settle();
    turn.approve('b');
    turn.policy = { policies: [], limits: { tools: {}, effects: { edits: 'never' } } };
    turn.turn.reconsider();
    expect(await run).toEqual({ type: 'done' });
    expect(turn.told.join()).not.toContain('tool-started');
  });

  it('[A4] looks again when the policy is another', async () => {
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'])]);
    const turn = new TurnUnderTest({ model, tools: [edit] });
    const run = turn.run();
    await turn.settle();
    turn.policy = {
      policies: [{ tools: { edit: 'allow' }, effects: {} }],
      limits: { tools: {}, effects: {} },
    };
    turn.turn.reconsider();
    expect(await run).toEqual({ type: 'done' });
  });

  it('[A6] asks nobody about what cannot be carried out or shown', async () => {
    const previews = [new ToolError('There is no cell x.'), new Error('a bug')];
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'], ['edit', {}, 'b'])]);
    const turn = new TurnUnderTest({
      model,
      tools: [{ ...edit, preview: () => Promise.reject(previews.shift() ?? new Error()) }],
    });
    expect(await turn.run()).toEqual({ type: 'done' });
    expect(turn.told.join()).not.toContain('approval');
    expect(turn.results()['a']).toBe('There is no cell x.');
    expect(turn.results()['b']).not.toContain('bug');
    expect(turn.reported).toEqual([new Error('a bug')]);
  });

  it('[A10] tells a tool what people were shown of the call before they allowed it', async () => {
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'], ['read', {}, 'b'])]);
    const shown: unknown[] = [];
    const keep = (context: ToolContext) => {
      shown.push(context.shown);
      return Promise.resolve(result('done'));
    };
    const preview = { kind: 'code', source: '1 + 1' };
    const turn = new TurnUnderTest({
      model,
      tools: [
        tool('edit', 'edits', keep, { preview: () => Promise.resolve(preview) }),
        tool('read', 'reads', keep),
      ],
    });
    const run = turn.run();
    await turn.settle();
    turn.approve('a');
    await run;
    expect(shown).toEqual([preview, null]);
  });

  it('[A9] asks anew with a tool that exists to ask, and answers with the remark', async () => {
    const ask = tool('ask', 'reads', ({ remark }) => Promise.resolve(result(remark ?? '')), {
      alwaysAsks: true,
    });
    const model = new ScriptedChatModel([calls(['ask', {}, 'a']), calls(['ask', {}, 'b'])]);
    const turn = new TurnUnderTest({ model, tools: [ask] });
    const run = turn.run();
    await turn.settle();
    turn.approve('a', { scope: 'always', remark: 'blue' });
    await turn.settle();
    expect(turn.told).toContain('approval-requested b');
    turn.approve('b', { remark: 'red' });
    await run;
    expect(turn.results()).toEqual({ a: 'blue', b: 'red' });
  });
});

describe('a model that fails', () => {
  const busy = new ChatError('rate-limited', 'Too many requests.', { retryAfter: 7_000 });

  it('[M1] [M2] is asked again after the pause that the provider wants; what it had said is void', async () => {
    const model = new ScriptedChatModel([
      [{ type: 'text', text: 'Let me' }, busy],
      [{ type: 'text', text: 'It' }],
      says('Fine.'),
    ]);
    const turn = new TurnUnderTest({ model });
    const run = turn.run();
    await turn.settle();
    expect(turn.log.at(-1)).toMatchObject({ type: 'model-failed', step: 1, delay: 7_000 });
    turn.clock.advance(6_999);
    await turn.settle();
    expect(model.requests).toHaveLength(1);
    turn.clock.advance(1);
    await turn.settle();
    expect(turn.log.at(-1)).toMatchObject({ type: 'model-failed', code: 'unreachable', delay: 1_500 });
    turn.clock.advance(1_500);
    expect(await run).toEqual({ type: 'done' });
    expect(turn.turn.state.messages.at(-1)).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'Fine.' }],
    });
  });

  it('[M1] [M3] ends the turn when it fails too often, for too long or for good', async () => {
    const outcomes = [
      [busy, { retries: 0 }],
      [busy, { longestDelay: 6_000 }],
      [new ChatError('bad-key', 'The key is wrong.'), {}],
    ] as const;
    for (const [error, limits] of outcomes) {
      const turn = new TurnUnderTest({ model: new ScriptedChatModel([[error]]), limits });
      expect(await turn.run()).toEqual({ type: 'failed', code: error.code, message: error.message });
    }
  });

  it('[M7] is sent less of the old results when a request was too long, as long as there are any', async () => {
    const overflow = new ChatError('context-overflow', 'The conversation is too long.');
    const read = tool('read', 'reads', () => Promise.resolve(result('x'.repeat(9_000))));
    const lengths: number[] = [];
    const model = new ScriptedChatModel(({ messages }, asked) => {
      const length = JSON.stringify(messages).length;
      lengths.push(length);
      return length > 25_000 ? [overflow] : asked < 5 ? calls(['read', {}, '']) : says('Done.');
    });
    const turn = new TurnUnderTest({ model, tools: [read] });
    expect(await turn.run()).toEqual({ type: 'done' });
    expect(lengths[3]).toBeGreaterThan(27_000);
    expect(lengths[4]).toBeLessThan(19_000);
    expect(turnOf(turn.log).overflows).toBe(1);
    // There is nothing to leave out of the first question.
    const hopeless = new TurnUnderTest({ model: new ScriptedChatModel(() => [overflow]) });
    expect(await hopeless.run()).toMatchObject({ type: 'failed', code: 'context-overflow' });
  });

  it('[M3] says nothing of what went wrong in our own code', async () => {
    const bug = new Error('key sk-123');
    const turn = new TurnUnderTest({ model: new ScriptedChatModel([[bug]]) });
    expect(await turn.run()).toMatchObject({ type: 'failed', code: 'internal' });
    expect(JSON.stringify(turn.log)).not.toContain('sk-123');
    expect(turn.reported).toEqual([bug]);
  });

  it('[M4] is told of calls that are none', async () => {
    const model = new ScriptedChatModel([
      calls(['raed', {}, 'a'], ['read', '{"value": ', 'b'], ['read', { value: 3 }, 'c']),
    ]);
    const turn = new TurnUnderTest({ model, tools: [tool('read', 'reads')] });
    await turn.run();
    const { a, b, c } = turn.results();
    expect(a).toMatch(/no tool "raed".*read/);
    expect(b).toContain('not JSON');
    expect(c).toContain('value');
  });
});

describe('a tool', () => {
  it('[L2] is aborted when its time is over, and may still say how far it got', async () => {
    const stubborn = tool('stubborn', 'reads', () => new Promise(() => undefined), { timeLimit: 1_000 });
    const polite = tool(
      'polite',
      'reads',
      ({ signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(result('half')))),
      { timeLimit: 1_000 },
    );
    const model = new ScriptedChatModel([calls(['stubborn', {}, 'a'], ['polite', {}, 'b'])]);
    const turn = new TurnUnderTest({ model, tools: [stubborn, polite] });
    const run = turn.run();
    for (const milliseconds of [1_000, 2_000, 1_000]) {
      await turn.settle();
      turn.clock.advance(milliseconds);
    }
    await run;
    expect(turn.results()['a']).toContain('after 1 s');
    expect(turn.results()['b']).toBe('half');
  });

  it('[M4] that fails is reported to the model by its own word only', async () => {
    const errors = [new ToolError('No such file.'), new Error('secret')];
    const model = new ScriptedChatModel([calls(['read', {}, 'a'], ['read', {}, 'b'])]);
    const turn = new TurnUnderTest({
      model,
      tools: [tool('read', 'reads', () => Promise.reject(errors.shift() ?? new Error()))],
    });
    await turn.run();
    expect(turn.results()['a']).toBe('No such file.');
    expect(JSON.stringify(turn.log)).not.toContain('secret');
  });

  it('[O2] [O3] ends by what it committed, also when the turn is stopped meanwhile', async () => {
    let committed: () => void = () => undefined;
    const log: unknown[] = [];
    const edit = tool('edit', 'reads', async (context) => {
      await context.recordWith(result('edited'), async (ended) => {
        await new Promise<void>((resolve) => (committed = resolve));
        log.push(ended);
      });
      throw new Error('after the end');
    });
    const turn = new TurnUnderTest({
      model: new ScriptedChatModel([calls(['edit', {}, 'a'])]),
      tools: [edit],
    });
    const run = turn.run();
    await turn.settle();
    turn.turn.stop('ann');
    await turn.settle();
    turn.clock.advance(defaultTurnLimits.abortGrace);
    await turn.settle();
    expect(turn.log.at(-1)?.type).toBe('tool-started');
    committed();
    expect(await run).toEqual({ type: 'stopped', by: 'ann' });
    expect(log).toHaveLength(1);
    expect(turn.log.filter(({ type }) => type === 'tool-ended')).toEqual([]);
    expect(turn.turn.state.step).toBe(2);
  });

  it('[O3] commits nothing once it was aborted', async () => {
    const contexts: ToolContext[] = [];
    const edit = tool('edit', 'reads', (context) => {
      contexts.push(context);
      return new Promise(() => undefined);
    });
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'])]);
    const turn = new TurnUnderTest({ model, tools: [edit] });
    const run = turn.run();
    await turn.settle();
    turn.turn.stop('ann');
    await turn.settle();
    let stored = 0;
    const commit = () => contexts[0]?.recordWith(result('late'), () => Promise.resolve(void (stored += 1)));
    await expect(commit()).rejects.toThrow(ToolError);
    turn.clock.advance(defaultTurnLimits.abortGrace);
    await run;
    await expect(commit()).rejects.toThrow(ToolError);
    expect(stored).toBe(0);
  });

  it('[O1] that had begun when the server ended is used again only where it is repeatable', async () => {
    const used: string[] = [];
    const use = (context: ToolContext) => {
      used.push(context.effectId);
      return Promise.resolve(result('again'));
    };
    const answered = new TurnUnderTest({
      model: new ScriptedChatModel([calls(['run', {}, 'a'], ['restart', {}, 'b'])]),
    });
    await answered.run();
    const log = answered.log.slice(0, answered.told.indexOf('tool-ended a'));
    for (const callId of ['a', 'b']) {
      log.push({ type: 'tool-started', turnId, callId, allowedBy: 'approval' });
    }
    const tools = [tool('run', 'runs', use), tool('restart', 'destroys', use, { isRepeatable: false })];
    const turn = new TurnUnderTest({ model: new ScriptedChatModel([]), tools, log });
    await turn.run();
    expect(used).toEqual([`${turnId}:a`]);
    expect(turn.results()['b']).toContain('Nobody knows');
  });
});

describe('the end', () => {
  it('[L3] stops a model in the middle of its answer, and keeps what it had said', async () => {
    const model: ChatModel = {
      id: 'slow',
      takesImages: false,
      contextTokens: null,
      async *ask(_request, signal) {
        yield { type: 'text', text: 'It is' };
        await new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        );
      },
    };
    const turn = new TurnUnderTest({ model });
    const run = turn.run();
    await turn.settle();
    turn.turn.stop('ann');
    expect(await run).toEqual({ type: 'stopped', by: 'ann' });
    expect(turn.told).toEqual(['turn-started', 'model-asked', 'text-streamed', 'turn-ended']);
  });

  it('[L3] [E2] makes open approvals void', async () => {
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'])]);
    const turn = new TurnUnderTest({ model, tools: [tool('edit', 'edits')] });
    const run = turn.run();
    await turn.settle();
    turn.turn.stop('ann');
    await run;
    turn.approve('a');
    expect(await turn.run()).toEqual({ type: 'stopped', by: 'ann' });
    expect(turn.told).not.toContain('tool-started a');
  });

  it('[L4] leaves the turn as it is when the server ends, wherever it waits', async () => {
    const model = new ScriptedChatModel([calls(['edit', {}, 'a'])]);
    const turn = new TurnUnderTest({ model, tools: [tool('edit', 'edits')] });
    const run = turn.run();
    await turn.settle();
    const recorded = turn.log.length;
    turn.leave.abort();
    expect(await run).toBeNull();
    expect(turn.log).toHaveLength(recorded);
  });

  it('[L4] takes no result of a tool that was aborted because the server ends', async () => {
    const read = tool(
      'read',
      'reads',
      ({ signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(result('half')))),
    );
    const turn = new TurnUnderTest({
      model: new ScriptedChatModel([calls(['read', {}, 'a'])]),
      tools: [read],
    });
    const run = turn.run();
    await turn.settle();
    turn.leave.abort();
    expect(await run).toBeNull();
    expect(turn.told.at(-1)).toBe('tool-started a');
  });

  it('[M6] sends an earlier conversation first, and its own question last', async () => {
    const model = new ScriptedChatModel([says('Yes.')]);
    const history = [startedTurn('Earlier').question];
    const turn = new TurnUnderTest({ model, history });
    await turn.run();
    expect(model.requests[0]?.messages.map(textOf).join()).toMatch(/Earlier.*What is this/);
  });
});
