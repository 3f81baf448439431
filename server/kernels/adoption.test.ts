import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../event-log/event.ts';
import type { MemoryKernel } from '../../test/doubles/memory-kernel.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import { memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle } from '../../test/doubles/stream-under-test.ts';
import { Kernels } from './kernels.ts';
import type { RunningKernel } from './running-kernel.ts';

let root: string;
let supervisor: MemorySupervisor;
let log: FailingEventLog;
let kernels: Kernels;

/** The kernels of a server on the same log. */
function server(): Kernels {
  return new Kernels({
    supervisor,
    kernelspecs: memoryKernelspecs(['python3']),
    log,
    logger: pino({ level: 'silent' }),
    rootDirectory: root,
    pythonPrefix: '/none',
    runtimeDirectory: '/none',
    environment: {},
    onAction: () => undefined,
    retryDelay: () => new Promise((resolve) => setImmediate(resolve)),
  });
}
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'adoption-')));
  supervisor = new MemorySupervisor();
  log = new FailingEventLog();
  kernels = server();
});
afterEach(() => rm(root, { recursive: true }));

/** The server is killed: it hears and records nothing more. What the kernel says meanwhile is `meanwhile`. */
async function killed(meanwhile: () => void = () => undefined): Promise<Kernels> {
  supervisor = supervisor.foundAgain();
  meanwhile();
  const next = server();
  await next.adoptFound(() => ({ path: 'a.ipynb', name: 'a.ipynb' }));
  await settle();
  return next;
}
async function eventsOf(id: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of log.read(`kernel/${id}`)) events.push(event);
  return events;
}
const textsOf = async (id: string): Promise<string[]> =>
  (await eventsOf(id)).flatMap((event) => {
    if (event.type !== 'kernel-message' || event.data.messageType !== 'stream') return [];
    return [(JSON.parse(Buffer.from(event.frames[3]!).toString()) as { text: string }).text];
  });
const repliesOf = async (id: string): Promise<(string | null)[]> =>
  (await eventsOf(id)).flatMap((event) =>
    event.type === 'kernel-message' && event.data.messageType === 'execute_reply' ? [event.causedBy] : [],
  );
const say = (kernel: MemoryKernel, text: string, parent = executeRequest('tab')): void =>
  void kernel.say({ content: { name: 'stdout', text }, parent });
const tab = { sessionId: 'tab' };

async function start(): Promise<{ running: RunningKernel; kernel: MemoryKernel }> {
  const running = await kernels.start({ actor: 'alice' });
  return { running, kernel: supervisor.last };
}

describe('I4: a server that takes over kernels', () => {
  test('goes on in their streams, without gap or repetition, with what they said meanwhile', async () => {
    const { running, kernel } = await start();
    for (let each = 0; each < 10; each++) say(kernel, `before ${each}`);
    await settle();
    const next = await killed(() => {
      for (let each = 0; each < 10; each++) say(kernel, `meanwhile ${each}`);
    });
    say(kernel, 'after');
    await settle();
    const numbered = (word: string): string[] => Array.from({ length: 10 }, (_, each) => `${word} ${each}`);
    expect(await textsOf(running.id)).toEqual([...numbered('before'), ...numbered('meanwhile'), 'after']);
    expect((await eventsOf(running.id)).map(({ type }) => type)).toContain('kernel-adopted');
    expect(next.list()).toMatchObject([{ id: running.id, name: 'python3' }]);
    expect(kernel.unacknowledged).toBe(0);
  });

  test('passes over what was recorded and not acknowledged', async () => {
    const { running, kernel } = await start();
    kernel.acknowledge = () => undefined;
    for (let each = 0; each < 5; each++) say(kernel, String(each));
    await settle();
    expect(kernel.unacknowledged).toBe(5);
    await killed();
    expect(await textsOf(running.id)).toEqual(['0', '1', '2', '3', '4']);
  });

  test('knows what a kernel does, and for how long nothing happened', async () => {
    const { running, kernel } = await start();
    kernel.becomeReady();
    const request = executeRequest('tab');
    running.stream.request(request, tab, 'alice');
    await settle();
    kernel.say({ type: 'status', content: { execution_state: 'busy' }, parent: request });
    await settle();
    const before = running.model;
    const next = await killed();
    expect(next.get(running.id).model).toEqual({ ...before, connections: 0 });
    kernel.run(request);
    await settle();
    expect(next.get(running.id).model.execution_state).toBe('idle');
  });

  test('says why a kernel died before, until it is restarted', async () => {
    const { running, kernel } = await start();
    kernel.dieAndRestart();
    await settle();
    const next = await killed();
    expect(next.get(running.id).model.reason).toContain('The kernel died');
    await next.restart(running.id, 'alice');
    await settle();
    expect((await killed()).get(running.id).model.reason).toBeUndefined();
  });

  test('answers for what was asked of another server, also where nothing was said of it yet', async () => {
    const { running, kernel } = await start();
    const requests = [executeRequest('tab'), executeRequest('tab')];
    for (const request of requests) running.stream.request(request, tab, 'alice');
    await settle();
    kernel.say({ type: 'execute_input', content: { execution_count: 3 }, parent: requests[0]! });
    await settle();
    await killed(() => kernel.dieForGood());
    const replies = (await eventsOf(running.id)).filter(
      (event) => event.type === 'kernel-message' && event.data.messageType === 'execute_reply',
    );
    expect(replies.map(({ causedBy }) => causedBy)).toEqual(requests.map(({ header }) => header.msg_id));
    expect(
      replies.map(({ frames }) => JSON.parse(Buffer.from(frames[3]!).toString()) as object),
    ).toMatchObject([{ status: 'error', execution_count: 3 }, { status: 'aborted' }]);
  });

  test('sends what was recorded and never handed over, once and in order', async () => {
    const { running, kernel } = await start();
    const requests = Array.from({ length: 4 }, () => executeRequest('tab'));
    for (const request of requests) running.stream.request(request, tab, 'alice');
    await settle();
    const ids = requests.map(({ header }) => header.msg_id);
    kernel.sent.length = 0;
    kernel.tellsHandedOver = ids.slice(0, 2);
    await killed();
    expect(kernel.sent.map(({ header }) => header.msg_id)).toEqual(ids.slice(2));
    expect(kernel.sent[0]?.frames.map((frame) => Buffer.from(frame))).toEqual(
      requests[2]?.frames.map((frame) => Buffer.from(frame)),
    );
  });

  test('sends nothing that a kernel has answered, or of which nobody can tell', async () => {
    const { running, kernel } = await start();
    const [first, second] = [executeRequest('tab'), executeRequest('tab')];
    running.stream.request(first, tab, 'alice');
    await settle();
    kernel.run(first);
    await settle();
    running.stream.request(second, tab, 'alice');
    await settle();
    kernel.sent.length = 0;
    kernel.tellsHandedOver = null;
    const next = await killed();
    expect(kernel.sent).toEqual([]);
    kernel.become({ kind: 'replies-missed', messageIds: [second.header.msg_id] });
    await settle();
    expect(await repliesOf(running.id)).toEqual([first, second].map(({ header }) => header.msg_id));
    expect(next.has(running.id)).toBe(true);
  });

  test('routes an answer to an open prompt, and keeps a password out of the log', async () => {
    const { running, kernel } = await start();
    const request = executeRequest('tab');
    running.stream.request(request, tab, 'alice');
    await settle();
    const content = { prompt: 'Password: ', password: true };
    const prompt = kernel.say({ channel: 'stdin', type: 'input_request', content, parent: request });
    await settle();
    const next = await killed();
    const reply = {
      channel: 'stdin',
      type: 'input_reply',
      content: { value: 'pa55' },
      parent: prompt,
    } as const;
    next.get(running.id).stream.request(spokenMessage({ ...reply, session: 'tab' }), tab, 'alice');
    await settle();
    expect(kernel.sent.at(-1)?.header.msg_type).toBe('input_reply');
    const replied = (await eventsOf(running.id)).at(-1);
    expect(replied).toMatchObject({
      type: 'execution-input-replied',
      data: { promptMessageId: prompt.header.msg_id, value: null },
    });
  });

  test('tells in the cell that runs of the time in which nobody listened, and of pauses', async () => {
    const { running, kernel } = await start();
    const request = executeRequest('tab');
    running.stream.request(request, tab, 'alice');
    await settle();
    kernel.say({ type: 'execute_input', content: { execution_count: 1 }, parent: request });
    await settle();
    const silent = { silentFrom: '2026-01-02T03:04:05.678Z', silentUntil: '2026-01-02T03:05:00.000Z' };
    await killed(() => {
      kernel.become({ kind: 'reattached', ...silent });
      kernel.become({ kind: 'paused', reason: 'disk-full' });
      kernel.become({ kind: 'continued' });
      kernel.become({ kind: 'limit-reached', limit: 'memory', effect: 'warned', text: 'It holds too much.' });
    });
    expect(await textsOf(running.id)).toEqual([
      expect.stringMatching(/from 2026-01-02 03:04:05 UTC until 2026-01-02 03:05:00 UTC/),
      expect.stringContaining('stands still'),
      expect.stringContaining('goes on'),
      'It holds too much.\n',
    ]);
    const events = await eventsOf(running.id);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'kernel-reattached',
        'kernel-paused',
        'kernel-continued',
        'kernel-limit-reached',
      ]),
    );
    const told = events.filter(({ type, causedBy }) => type === 'kernel-message' && causedBy !== null);
    expect(told.every(({ causedBy }) => causedBy === request.header.msg_id)).toBe(true);
  });

  test('lets go of them when it ends, and the next one finds them', async () => {
    const { running, kernel } = await start();
    await kernels.close();
    expect(kernel.isOver).toBe(false);
    expect((await eventsOf(running.id)).map(({ type }) => type)).toEqual(['kernel-started']);
    expect((await killed()).has(running.id)).toBe(true);
  });

  test('does not list one that ended meanwhile, and has its last words', async () => {
    const { running, kernel } = await start();
    const next = await killed(() => {
      say(kernel, 'last words');
      kernel.dieForGood();
    });
    expect(next.list()).toEqual([]);
    expect(await textsOf(running.id)).toEqual(['last words']);
    expect((await eventsOf(running.id)).at(-1)).toMatchObject({
      type: 'kernel-ended',
      data: { reason: 'died' },
    });
    expect(kernel.unacknowledged).toBe(0);
  });

  test('finds what is open behind a long output', async () => {
    const { running, kernel } = await start();
    const [done, open] = [executeRequest('tab'), executeRequest('tab')];
    for (const request of [done, open]) running.stream.request(request, tab, 'alice');
    await settle();
    kernel.run(done);
    for (let each = 0; each < 1700; each++) say(kernel, String(each), open);
    await settle();
    await killed(() => kernel.dieForGood());
    expect(await repliesOf(running.id)).toEqual([done, open].map(({ header }) => header.msg_id));
  });
});

describe('a kernel that is gone when the server comes', () => {
  test('I4: is recorded as lost, with what it ran', async () => {
    const { running, kernel } = await start();
    const request = executeRequest('tab');
    running.stream.request(request, tab, 'alice');
    await settle();
    say(kernel, 'begun', request);
    await settle();
    supervisor = new MemorySupervisor();
    const next = server();
    await next.adoptFound(() => null);
    await next.recordLost();
    const events = await eventsOf(running.id);
    expect(events.at(-1)).toMatchObject({ type: 'kernel-ended', data: { reason: 'lost' } });
    expect(await repliesOf(running.id)).toEqual([request.header.msg_id]);
    await next.recordLost();
    expect(await eventsOf(running.id)).toHaveLength(events.length);
  });

  test('is one that was seen to end, or that lives, in no case', async () => {
    const { running: ended } = await start();
    await kernels.shutdown(ended.id, 'alice');
    const { running: living } = await start();
    const next = await killed();
    await next.recordLost();
    expect((await eventsOf(ended.id)).at(-1)).toMatchObject({ data: { reason: 'requested' } });
    expect((await eventsOf(living.id)).at(-1)?.type).toBe('kernel-adopted');
  });
});
