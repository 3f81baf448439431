import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { emptyPolicy } from '../../ai-agent/approval.ts';
import type { Message } from '../../ai-agent/message.ts';
import type { Tool } from '../../ai-agent/tool.ts';
import { ToolRegistry } from '../../ai-agent/tool-registry.ts';
import type { StoredEvent } from '../../event-log/event.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { CutEventLog } from '../../test/doubles/cut-event-log.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { calls, says, ScriptedChatModel } from '../../test/doubles/scripted-chat-model.ts';
import type { ScriptedAnswer } from '../../test/doubles/scripted-chat-model.ts';
import type { Identity } from '../auth/identity.ts';
import { AgentPolicies } from './agent-policies.ts';
import { AgentRunner } from './agent-runner.ts';
import { AgentThreads, threadStream } from './agent-threads.ts';
import { readThread } from './read-thread.ts';
import { storedTurnEvent } from './stored-turn-event.ts';

const ada: Identity = {
  username: 'ada',
  name: 'Ada',
  displayName: 'Ada',
  initials: null,
  avatarUrl: null,
  color: null,
  right: 'full',
};
const ben: Identity = { ...ada, username: 'ben' };
const THREAD = 't';
const ask = (text: string) => ({
  turnId: 'one',
  modelId: 'scripted:model',
  question: { role: 'user' as const, content: [{ type: 'text' as const, text }] },
  context: null,
  account: [],
  seen: {},
});

/** Writes a line into a stream of the log, committed together with its end. */
function writeTool(log: EventLog): Tool<{ line: string }> {
  return {
    name: 'write',
    description: 'Writes a line.',
    effect: 'edits',
    schema: z.strictObject({ line: z.string() }),
    timeLimit: 10_000,
    isRepeatable: true,
    use: async ({ line }, context) => {
      const result = { content: [{ type: 'text' as const, text: 'written' }], isError: false, details: null };
      await context.recordWith(result, async (ended) => {
        const written = storedTurnEvent(
          { type: 'turn-ended', turnId: line, outcome: { type: 'done' } },
          'agent:ada',
        );
        const together = [{ stream: threadStream(THREAD), events: [storedTurnEvent(ended, 'agent:ada')] }];
        await log.append('lines', [written], { together });
      });
      return result;
    },
  };
}

/** A server: what it has in memory is gone with it. */
async function startServer(
  log: EventLog,
  script: (asked: readonly Message[]) => ScriptedAnswer,
  approvalsExpire: number | null = null,
) {
  const threads = await AgentThreads.load(log);
  const policies = await AgentPolicies.load(log, emptyPolicy);
  const model = new ScriptedChatModel(({ messages }) => script(messages));
  const runner = new AgentRunner({
    log,
    threads,
    policies,
    openModel: () => Promise.resolve(model),
    equip: () =>
      Promise.resolve({
        tools: new ToolRegistry([writeTool(log) as Tool]),
        instructions: 'Write.',
        close: () => undefined,
      }),
    cancelRuns: () => Promise.resolve(),
    approvalsExpire,
    progress: () => undefined,
    logger: pino({ level: 'silent' }),
  });
  if (threads.get(THREAD) === undefined)
    await threads.create(
      { threadId: THREAD, title: 'T', documentId: null, owner: 'ada', isPrivate: false },
      'ada',
    );
  const thread = threads.get(THREAD);
  if (thread === undefined) throw new Error('no thread');
  return { threads, policies, runner, model, thread };
}

const turn = (): Promise<void> => new Promise(setImmediate);
const linesOf = async (log: EventLog): Promise<string[]> => {
  const lines: string[] = [];
  for await (const { data } of log.read('lines')) lines.push((data as { turnId: string }).turnId);
  return lines;
};
const kindsOf = async (log: EventLog): Promise<string[]> => {
  const kinds: string[] = [];
  for await (const { type } of log.read(threadStream(THREAD))) kinds.push(type);
  return kinds;
};
async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; !holds(); round += 1) {
    if (round > 10_000) throw new Error('It never came to that.');
    await turn();
  }
}
/** Two lines one after the other, then a word. */
const twoLines = (asked: readonly Message[]): ScriptedAnswer => {
  const written = asked.filter(({ role }) => role === 'tool').length;
  return written < 2
    ? calls(['write', { line: `line ${written}` }, `call-${written}`])
    : says('Both', ' are there.');
};

test('a turn is driven to its end, and its approvals come from whoever may give them', async () => {
  const log = new MemoryEventLog();
  const { runner, thread, threads } = await startServer(log, twoLines);
  await runner.begin(thread, ask('write'), ada);
  await runner.begin(thread, ask('write'), ada); // the page asked twice
  await expect(runner.begin(thread, { ...ask('more'), turnId: 'two' }, ben)).rejects.toMatchObject({
    code: 'turn_under_way',
  });
  const approval = { callId: null, isApproved: true, scope: 'call', remark: null } as const;
  for (const count of [1, 2]) {
    const waits = (): boolean => {
      const phase = runner.stateOf('one')?.phase;
      return phase?.type === 'using-tools' && phase.calls[0]?.status.type === 'awaiting-approval';
    };
    await until(waits);
    expect(await linesOf(log)).toHaveLength(count - 1);
    const both = await Promise.allSettled([
      runner.approve(thread, 'one', approval, ben),
      runner.approve(thread, 'one', approval, ada),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(both[1]).toMatchObject({ reason: { code: 'no_open_approval' } });
  }
  await until(() => threads.openTurns().length === 0);
  expect(await linesOf(log)).toEqual(['line 0', 'line 1']);
  const [{ state, actor } = { state: null, actor: null }] = await readThread(log, THREAD);
  expect(actor).toBe('ada');
  expect(state?.outcome).toEqual({ type: 'done' });
  expect(state?.messages.at(-1)).toEqual({
    role: 'assistant',
    content: [{ type: 'text', text: 'Both are there.' }],
  });
  await expect(runner.approve(thread, 'one', approval, ada)).rejects.toMatchObject({ code: 'turn_is_over' });
});

test('wherever the server dies, each line is written once, none without its approval, and the turn ends (I1)', async () => {
  for (const isLastWritten of [false, true]) {
    for (let writes = 0; writes < 16; writes += 1) {
      const log = new CutEventLog();
      let server = await startServer(log, twoLines);
      log.cutAfter(writes, isLastWritten);
      await server.runner.begin(server.thread, ask('write'), ada).catch(() => undefined);
      for (let life = 0; life < 3; life += 1) {
        // A person who looks now and then, and says yes.
        for (let round = 0; round < 60; round += 1) {
          const approval = { callId: null, isApproved: true, scope: 'call', remark: null } as const;
          await server.runner.approve(server.thread, 'one', approval, ben).catch(() => undefined);
          await turn();
        }
        log.mend();
        await server.runner.close();
        server = await startServer(log, twoLines);
        await server.runner.resume();
        await server.runner.begin(server.thread, ask('write'), ada);
      }
      await until(() => server.threads.openTurns().length === 0);
      expect(await linesOf(log), `${writes} ${isLastWritten}`).toEqual(['line 0', 'line 1']);
      const kinds = await kindsOf(log);
      expect(kinds.filter((kind) => kind === 'turn-ended')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'approval-given')).toHaveLength(2);
    }
  }
});

test('who decides at once after a restart is heard, though the turn is not gone on with yet', async () => {
  const log = new MemoryEventLog();
  const first = await startServer(log, twoLines);
  await first.runner.begin(first.thread, ask('write'), ada);
  await until(() => first.runner.stateOf('one')?.phase.type === 'using-tools');
  await turn();
  await first.runner.close();
  const { runner, thread, threads } = await startServer(log, twoLines);
  const approval = { callId: null, isApproved: true, scope: 'turn', remark: null } as const;
  const resuming = runner.resume();
  await runner.approve(thread, 'one', approval, ada);
  await resuming;
  await until(() => threads.openTurns().length === 0);
  expect(await linesOf(log)).toEqual(['line 0', 'line 1']);
});

test('yes for the notebook is kept, and asks no more', async () => {
  const log = new MemoryEventLog();
  const { runner, thread, threads, policies } = await startServer(log, twoLines);
  await runner.begin(thread, ask('write'), ada);
  await until(() => runner.stateOf('one')?.phase.type === 'using-tools');
  await turn();
  await runner.approve(
    thread,
    'one',
    { callId: 'call-0', isApproved: true, scope: 'always', remark: null },
    ada,
  );
  await until(() => threads.openTurns().length === 0);
  expect(await linesOf(log)).toEqual(['line 0', 'line 1']);
  expect(policies.of('ada', null)).toEqual({ effects: {}, tools: { write: 'allow' } });
  expect((await AgentPolicies.load(log, emptyPolicy)).of('ada', null).tools).toEqual({ write: 'allow' });
});

test('a stopped turn ends, and does no more', async () => {
  const log = new MemoryEventLog();
  const { runner, thread, threads } = await startServer(log, twoLines);
  await runner.begin(thread, ask('write'), ada);
  await until(() => runner.stateOf('one')?.phase.type === 'using-tools');
  await runner.stop(thread, 'one', true, ben);
  expect(threads.openTurns()).toEqual([]);
  expect(await linesOf(log)).toEqual([]);
  const [{ state } = { state: null }] = await readThread(log, THREAD);
  expect(state?.outcome).toEqual({ type: 'stopped', by: 'ben' });
});

test('where approvals expire, nobody’s answer is no, also of what waited before the server was started anew', async () => {
  const log = new MemoryEventLog();
  const first = await startServer(log, twoLines, 60_000);
  await first.runner.begin(first.thread, ask('write'), ada);
  await until(() => first.runner.stateOf('one')?.phase.type === 'using-tools');
  await turn();
  await first.runner.close();
  const refused = (asked: readonly Message[]): ScriptedAnswer =>
    asked.some(({ role }) => role === 'tool') ? says('Then not.') : twoLines(asked);
  const { runner, threads } = await startServer(log, refused, 1);
  await runner.resume();
  await vi.waitFor(() => expect(threads.openTurns()).toEqual([]));
  expect(await linesOf(log)).toEqual([]);
  const given: StoredEvent[] = [];
  for await (const event of log.read(threadStream(THREAD)))
    if (event.type === 'approval-given') given.push(event);
  expect(given).toMatchObject([{ actor: 'server', data: { isApproved: false, by: 'server' } }]);
});
