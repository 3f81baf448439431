import { expect, test } from 'vitest';
import type { Message } from '../../ai-agent/message.ts';
import { AgentAtWork } from '../../test/doubles/agent-at-work.ts';
import { CutEventLog } from '../../test/doubles/cut-event-log.ts';
import { calls, says, ScriptedChatModel } from '../../test/doubles/scripted-chat-model.ts';
import type { ScriptedAnswer } from '../../test/doubles/scripted-chat-model.ts';
import { threadStream } from './agent-threads.ts';

const notebook = [{ id: 'one', source: 'start' }];
const TURN = '5f0c1a52-0000-4000-8000-000000000000';

/** Each edit adds to what is there: done twice it would show, and left out as well. */
function growing({ messages }: { readonly messages: readonly Message[] }): ScriptedAnswer {
  const done = messages.filter(({ role }) => role === 'tool').length;
  const edit = (text: string) =>
    ['edit_cell', { cell: 'one', old_text: 'start', new_text: `start ${text}` }] as const;
  if (done === 0) return calls([...edit('a'), 'call-a'], [...edit('b'), 'call-b']);
  if (done === 2)
    return calls(['create_cell', { source: 'new' }, 'call-c'], ['read_cell', { cell: 'one' }, 'call-d']);
  if (done === 4) return calls(['edit_cell', { cell: 'one', source: 'start c b a' }, 'call-e']);
  return says('Done.');
}

test('wherever the server dies, each edit is in the notebook once, with its result, and none without its approval (I1)', async () => {
  let cuts = 0;
  for (const isLastWritten of [false, true]) {
    for (let writes = 1; ; writes += 1) {
      const log = new CutEventLog();
      // A document whose process dies says so.
      const warn = () => undefined;
      let work = await AgentAtWork.start(notebook, new ScriptedChatModel(growing), { log, warn });
      log.cutAfter(writes, isLastWritten);
      await work.ask('Go on.', {}, TURN).catch(() => undefined);
      await approveAll(work);
      const isWhole = work.threads.openTurns().length === 0 && (await kindsOf(work)).length === 10;
      log.mend();
      await work.close().catch(() => undefined);
      work = await AgentAtWork.start(notebook, new ScriptedChatModel(growing), { log });
      await work.runner.resume();
      await work.ask('Go on.', {}, TURN);
      await approveAll(work);
      expect(work.threads.openTurns(), `${writes}`).toEqual([]);
      expect(work.sources, `${writes} ${isLastWritten}`).toEqual(['start c b a', 'new']);
      expect((await kindsOf(work)).sort(), `${writes} ${isLastWritten}`).toEqual(
        ['a', 'b', 'c', 'd', 'e']
          .flatMap((call) => [`tool-ended call-${call}`, `tool-started call-${call}`])
          .sort(),
      );
      await work.close();
      cuts += 1;
      if (isWhole) break;
    }
  }
  expect(cuts).toBeGreaterThan(40);
});

/** A person who looks now and then, and says yes. */
async function approveAll(work: AgentAtWork): Promise<void> {
  for (let round = 0; round < 40 && work.runner.stateOf(TURN) !== null; round += 1) {
    await work.decide(TURN, true).catch(() => undefined);
    await new Promise(setImmediate);
  }
}

async function kindsOf(work: AgentAtWork): Promise<string[]> {
  const kinds: string[] = [];
  const approved = new Set<string>();
  for await (const { type, data } of work.log.read(threadStream(work.thread.threadId))) {
    const { callId = '', allowedBy } = data as { callId?: string; allowedBy?: string };
    if (type === 'approval-given') approved.add(callId);
    if (allowedBy === 'approval') expect(approved).toContain(callId);
    if (type === 'tool-started' || type === 'tool-ended') kinds.push(`${type} ${callId}`);
  }
  return kinds;
}
