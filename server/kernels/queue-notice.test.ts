import { beforeEach, expect, test } from 'vitest';
import { FoldedCells } from '../../test/doubles/folded-cells.ts';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { KERNEL_ID, settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { Conversation } from './conversation.ts';
import { QueueNotice } from './queue-notice.ts';
import type { ServerMessage } from './server-message.ts';

let under: StreamUnderTest;
beforeEach(() => {
  under = new StreamUnderTest();
});

async function run(code = '1'): Promise<KernelMessage> {
  const request = executeRequest('one', code);
  under.stream.request(request, { sessionId: 'one' }, 'alice');
  await settle();
  return request;
}

/** What cells show of all that is in the log, as documents are made of it. */
async function shown(...requests: KernelMessage[]): Promise<string[][]> {
  const cells = new FoldedCells();
  for (const { header } of requests) cells.run(header.msg_id);
  for (const event of await under.events()) {
    if (event.type !== 'kernel-message') continue;
    const content = JSON.parse(Buffer.from(event.frames[3] ?? '{}').toString()) as object;
    cells.say(event.causedBy, event.data.messageType, content);
  }
  return requests.map(({ header }) => cells.outputs(header.msg_id));
}

test('cells that were run show why their kernel waits, the latest word alone, and nothing once it is started', async () => {
  const before = await run();
  under.stream.waits('job 1: PENDING (Priority)');
  const after = await run();
  await settle();
  expect(await shown(before, after)).toEqual([
    ['stdout: job 1: PENDING (Priority)\n'],
    ['stdout: job 1: PENDING (Priority)\n'],
  ]);
  under.stream.waits('job 1: PENDING (Resources)');
  await settle();
  expect(await shown(before, after)).toEqual([
    ['stdout: job 1: PENDING (Resources)\n'],
    ['stdout: job 1: PENDING (Resources)\n'],
  ]);
  under.stream.waits(null);
  await settle();
  expect(await shown(before, after)).toEqual([[], []]);
});

test('I1: clients get it as outputs of the cell, from the log', async () => {
  const tab = under.open('one');
  await run();
  under.stream.waits('job 1');
  under.stream.waits('job 1: soon');
  under.stream.waits(null);
  await settle();
  expect(tab.types).toEqual(['stream', 'clear_output', 'stream', 'clear_output']);
  const waits = tab.received.map(({ content }) => content['wait']);
  expect(waits).toEqual([undefined, true, undefined, false]);
});

test('a kernel that speaks waits no more, if nobody said so', async () => {
  const request = await run();
  under.stream.waits('job 1');
  under.hear(spokenMessage({ parent: request, content: { name: 'stdout', text: '1\n' } }));
  await settle();
  expect(await shown(request)).toEqual([['stdout: 1\n']]);
});

test('what is said of cells that wait begins none of them: a death says that the others were not run', async () => {
  const [first, second] = [await run(), await run()];
  under.stream.waits('job 1');
  under.stream.died({ reason: 'its job was cancelled', lines: ['cancelled'] }, new Set());
  await settle();
  expect(await shown(first, second)).toEqual([['error: KernelDied'], []]);
});

test('another server takes over what is shown, and takes it away', async () => {
  const request = await run();
  const data = { position: 1, kernelId: KERNEL_ID, text: 'job 1' };
  const event = { type: 'kernel-waiting', version: 1, data, actor: 'server', causedBy: null } as const;
  under.stream.record({ ...event, frames: [] });
  under.stream.waits('job 1');
  await settle();
  const past = new Conversation();
  for (const event of await under.events()) past.replay(event);
  expect(past.executions.begun()).toEqual([]);
  const said: ServerMessage[] = [];
  const { requests } = past.executions;
  const notice = new QueueNotice((message) => said.push(message), 'job 1', requests);
  notice.changed('job 1: soon', requests);
  notice.changed(null, []);
  expect(said.map(({ type }) => type)).toEqual(['clear_output', 'stream', 'clear_output']);
  expect(said.every(({ parent }) => parent?.header?.msg_id === request.header.msg_id)).toBe(true);
});

test('of very many cells the first show it', async () => {
  for (let each = 0; each < 30; each++) await run();
  under.stream.waits('job 1');
  await settle();
  const events = await under.events();
  expect(events.filter(({ type }) => type === 'kernel-message')).toHaveLength(20);
});
