import { beforeEach, describe, expect, test } from 'vitest';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';
import type { Tab } from '../../test/doubles/stream-under-test.ts';
import type { CellEnd, CellToAnswer } from './cell-answerer.ts';
import { neverHandedOver } from './never-handed-over.ts';

/** Cells that the server was given to answer, and how each is let end. */
let asked: { cell: CellToAnswer; end: (end: CellEnd) => void }[];
let kernel: StreamUnderTest;
let tab: Tab;
beforeEach(() => {
  asked = [];
  kernel = new StreamUnderTest({
    mark: '%%ai',
    answers: (code) => code.startsWith('%%ai'),
    answer(cell) {
      const { promise, resolve, reject } = Promise.withResolvers<CellEnd>();
      cell.signal.addEventListener('abort', () => reject(cell.signal.reason as Error));
      asked.push({ cell, end: resolve });
      return promise;
    },
  });
  tab = kernel.open('a');
});

const ok: CellEnd = { status: 'ok' };
const bad: CellEnd = { status: 'error', ename: 'E', evalue: 'no', traceback: [], isShown: false };
const ask = (code: string): KernelMessage => {
  const request = executeRequest('a', code);
  tab.send(request);
  return request;
};
const sentCode = (): string[] =>
  kernel.sent.map(
    ({ frames }) => (JSON.parse(Buffer.from(frames[3] ?? '').toString()) as { code: string }).code,
  );

/** The kernel runs a cell to its end. */
function answers(request: KernelMessage, count: number): void {
  kernel.hear(spokenMessage({ type: 'status', parent: request, content: { execution_state: 'busy' } }));
  const content = { status: 'ok', execution_count: count };
  kernel.hear(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: request, content }));
  kernel.hear(spokenMessage({ type: 'status', parent: request, content: { execution_state: 'idle' } }));
}
const heardOf = (request: KernelMessage): string[] =>
  tab.received
    .filter(({ parent_header: parent }) => parent?.msg_id === request.header.msg_id)
    .map(({ header, content }) =>
      header.msg_type === 'status' ? String(content['execution_state']) : header.msg_type,
    );

describe('cells that the server answers', () => {
  test('begin when what was before them is over, and what is behind them waits for that (I1)', async () => {
    const [first, ai, last] = [ask('1'), ask('%%ai what?'), ask('2')];
    await settle();
    expect(sentCode()).toEqual(['1']);
    expect(asked).toEqual([]);
    answers(first, 7);
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]?.cell.show({ 'text/markdown': 'a' });
    asked[0]?.cell.show({ 'text/markdown': 'ab' });
    await settle();
    expect(sentCode()).toEqual(['1']);
    asked[0]?.end(ok);
    await settle();
    expect(heardOf(ai)).toEqual([
      'busy',
      'execute_input',
      'display_data',
      'update_display_data',
      'execute_reply',
      'idle',
    ]);
    expect(tab.received.find(({ header }) => header.msg_type === 'execute_input')?.content).toEqual({
      code: '%%ai what?',
      execution_count: 8,
    });
    expect(sentCode()).toEqual(['1', '2']);
    // All of it was in the log before anybody heard it.
    const logged = (await kernel.events()).filter(({ causedBy }) => causedBy === ai.header.msg_id);
    expect(logged).toHaveLength(6);
    answers(last, 8);
    await settle();
    expect(heardOf(last)).toEqual(['busy', 'execute_reply', 'idle']);
  });

  test('are told apart by their first line alone, and not where a request is silent', async () => {
    ask('print("%%ai")');
    const content = { code: '%%ai x', silent: true };
    tab.send(spokenMessage({ channel: 'shell', type: 'execute_request', session: 'a', content }));
    await settle();
    expect(sentCode()).toEqual(['print("%%ai")', '%%ai x']);
    expect(asked).toEqual([]);
  });

  test('can ask the kernel meanwhile, past what waits', async () => {
    ask('%%ai {x}');
    ask('2');
    await settle();
    const question = {
      channel: 'shell',
      type: 'execute_request',
      content: { code: '', silent: true },
    } as const;
    const answer = asked[0]?.cell.ask(question);
    await settle();
    expect(sentCode()).toEqual(['']);
    answers(kernel.sent[0] as KernelMessage, 0);
    expect(await answer).toMatchObject({ reply: { status: 'ok' } });
    // It is nobody else's answer.
    expect(tab.types.filter((type) => type === 'execute_reply')).toEqual([]);
  });

  test('an interrupt on the control channel ends one, and what waits is aborted as after any error', async () => {
    const [ai, behind] = [ask('%%ai x'), ask('2')];
    await settle();
    tab.send(spokenMessage({ channel: 'control', type: 'interrupt_request', session: 'a', content: {} }));
    await settle();
    expect(heardOf(ai)).toEqual(['busy', 'execute_input', 'error', 'execute_reply', 'idle']);
    expect(heardOf(behind)).toEqual(['execute_reply', 'idle']);
    expect(tab.received.find(({ header }) => header.msg_type === 'error')?.content['ename']).toBe(
      'KeyboardInterrupt',
    );
  });

  test('are aborted with all that waits when a cell before them fails in the kernel', async () => {
    const fails = ask('1 / 0');
    const [ai, behind] = [ask('%%ai x'), ask('2')];
    await settle();
    const content = { status: 'error', ename: 'ZeroDivisionError', execution_count: 1 };
    kernel.hear(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: fails, content }));
    await settle();
    for (const aborted of [ai, behind]) expect(heardOf(aborted)).toEqual(['execute_reply', 'idle']);
    kernel.hear(spokenMessage({ type: 'status', parent: fails, content: { execution_state: 'idle' } }));
    ask('%%ai y');
    await settle();
    expect(asked.map(({ cell }) => cell.code)).toEqual(['%%ai y']);
  });

  test('are not where the cell that fails says so', async () => {
    const content = { code: '1 / 0', silent: false, stop_on_error: false };
    const fails = spokenMessage({ channel: 'shell', type: 'execute_request', session: 'a', content });
    tab.send(fails);
    ask('%%ai x');
    await settle();
    const failure = { status: 'error', execution_count: 1 };
    kernel.hear(spokenMessage({ type: 'status', parent: fails, content: { execution_state: 'idle' } }));
    kernel.hear(spokenMessage({ channel: 'shell', type: 'execute_reply', parent: fails, content: failure }));
    await settle();
    expect(asked).toHaveLength(1);
  });

  test('a failure aborts nothing where the request says so', async () => {
    const content = { code: '%%ai x', silent: false, stop_on_error: false };
    tab.send(spokenMessage({ channel: 'shell', type: 'execute_request', session: 'a', content }));
    ask('2');
    await settle();
    asked[0]?.end(bad);
    await settle();
    expect(sentCode()).toEqual(['2']);
  });

  test('one dies with the kernel’s process, and what waits is the next process’s', async () => {
    const [ai] = [ask('%%ai x'), ask('2')];
    await settle();
    kernel.stream.died({ reason: 'It died.', lines: ['It died.'] }, new Set());
    await settle();
    expect(heardOf(ai)).toEqual(['busy', 'execute_input', 'error', 'execute_reply', 'idle']);
    expect(asked[0]?.cell.signal.aborted).toBe(true);
    expect(sentCode()).toEqual(['2']);
  });

  test('a restart that somebody asks for forgets them, and a server that ends leaves them to the next', async () => {
    const ai = ask('%%ai x');
    ask('2');
    await settle();
    kernel.stream.restarting();
    await settle();
    expect(heardOf(ai)).toEqual(['busy', 'execute_input']);
    expect(sentCode()).toEqual([]);
    const again = ask('%%ai y');
    await settle();
    await kernel.stream.letGo();
    await settle();
    expect(heardOf(again)).toEqual(['busy', 'execute_input']);
  });

  test('of a server that ended, they are gone on with, with all that waited behind them', () => {
    const requests = ['1', '%%ai x', '2'].map((code) => executeRequest('a', code));
    const unanswered = new Map(
      requests.map((message) => [message.header.msg_id, { message, session: 'a', actor: 'ada' }]),
    );
    const [first, ai] = requests.map(({ header }) => header.msg_id);
    const begun = [first, ai].map((messageId) => ({ messageId: messageId ?? '', hasBegun: true }));
    const past = { unanswered, conversation: { executions: { all: begun } } };
    const open = (handedOver: readonly string[] | null): unknown[] =>
      neverHandedOver(past as unknown as Parameters<typeof neverHandedOver>[0], handedOver, (message) =>
        kernel.stream.answers(message),
      ).map(({ message }) => message);
    expect(open([first ?? ''])).toEqual(requests.slice(1));
    expect(open(null)).toEqual(requests.slice(1));
  });

  test('one that an earlier server recorded is answered, for who asked', async () => {
    const request = executeRequest('a', '%%ai x');
    const event = { message: request, session: 'a', actor: 'ada' };
    kernel.stream.sendRecorded(event.message, event.session, event.actor);
    await settle();
    expect(asked[0]?.cell).toMatchObject({ actor: 'ada', code: '%%ai x', path: 'a.ipynb' });
    asked[0]?.end(ok);
    await settle();
    expect(heardOf(request)).toEqual(['busy', 'execute_input', 'execute_reply', 'idle']);
  });
});
