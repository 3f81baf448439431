import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StoredEvent } from '../../event-log/event.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import { kernelspec, memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { executeRequest } from '../../test/doubles/spoken-message.ts';
import { settle } from '../../test/doubles/stream-under-test.ts';
import { Kernels } from './kernels.ts';

let root: string;
let supervisor: MemorySupervisor;
let log: FailingEventLog;
let kernels: Kernels;
const server = (): Kernels =>
  new Kernels({
    supervisor,
    kernelspecs: memoryKernelspecs(['python3', kernelspec('lab.python3', { place: 'lab' })]),
    log,
    logger: pino({ level: 'silent' }),
    rootDirectory: root,
    pythonPrefix: '/none',
    runtimeDirectory: '/none',
    environment: { SECRET_OF_THIS_MACHINE: 'x' },
    onAction: () => undefined,
  });
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'elsewhere-')));
  supervisor = new MemorySupervisor();
  log = new FailingEventLog();
  kernels = server();
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(root, { recursive: true });
});
const startFar = (): ReturnType<Kernels['start']> => kernels.start({ actor: 'alice', name: 'lab.python3' });

async function eventsOf(id: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of log.read(`kernel/${id}`)) events.push(event);
  return events;
}
const tab = { sessionId: 'tab' };

describe('a kernel of another machine', () => {
  test('I10: gets nothing of the environment of this one but what was asked for it', async () => {
    await kernels.start({ actor: 'alice', name: 'lab.python3', environment: { ASKED: 'y' } });
    expect(supervisor.last.request.environment).toEqual({ ASKED: 'y' });
    await kernels.start({ actor: 'alice', name: 'python3' });
    expect(supervisor.last.request.environment).toEqual({ SECRET_OF_THIS_MACHINE: 'x' });
    await kernels.end();
  });

  test('that cannot be reached when a server takes it over is there, holds up nobody and is not lost; what is asked meanwhile comes after what was asked before', async () => {
    const far = await startFar();
    const [first, second] = [executeRequest('tab', 'first'), executeRequest('tab', 'second')];
    supervisor.last.failures.set('send', new KernelError('KERNEL_SUPERVISOR_LOST', 'away'));
    const reached = Promise.withResolvers<void>();
    supervisor.last.reached = reached.promise;
    await settle();
    supervisor = supervisor.foundAgain();
    const { last } = supervisor;
    last.failures.clear();
    // The server before had recorded it, and ended before the kernel got it.
    await log.append(`kernel/${far.id}`, [
      {
        ...{ type: 'execution-requested', version: 1, actor: 'alice', causedBy: null },
        data: { messageId: first.header.msg_id, session: 'tab', cellId: null, path: null },
        frames: first.frames.slice(0, 4),
      },
    ]);
    kernels = server();
    await kernels.adoptFound(() => null);
    await settle();
    await kernels.recordLost();
    expect(kernels.list().map(({ id }) => id)).toEqual([far.id]);
    kernels.get(far.id).stream.request(second, tab, 'alice');
    await settle();
    expect(last.sent).toEqual([]);
    reached.resolve();
    await settle();
    expect(last.sent.map(({ header }) => header.msg_id)).toEqual([first.header.msg_id, second.header.msg_id]);
    expect((await eventsOf(far.id)).map(({ type }) => type)).not.toContain('kernel-ended');
    await kernels.end();
  });

  test('that cannot be reached when it is ended is let go of after a while, and its cells are told', async () => {
    const far = await startFar();
    const { last } = supervisor;
    last.becomeReady();
    const request = executeRequest('tab');
    far.stream.request(request, tab, 'alice');
    await settle();
    last.say({ type: 'execute_input', content: { code: '1', execution_count: 1 }, parent: request });
    await settle();
    last.ending = new Promise(() => undefined);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ended = kernels.shutdown(far.id, 'bob');
    await vi.advanceTimersByTimeAsync(15_000);
    await ended;
    expect(kernels.has(far.id)).toBe(false);
    const events = await eventsOf(far.id);
    expect(events.at(-1)).toMatchObject({
      type: 'kernel-ended',
      actor: 'bob',
      data: { reason: 'requested' },
    });
    const said = events.flatMap(({ frames }) =>
      frames[3] === undefined ? [] : Buffer.from(frames[3]).toString(),
    );
    expect(said.join('')).toContain('was let go of');
  });

  test('starts once it answers or waits in a queue, and has not where it ends before', async () => {
    const queued = await startFar();
    const waits = kernels.starts(queued.id);
    supervisor.last.become({ kind: 'waiting', text: 'In the queue.' });
    await waits;
    expect(queued.model.waiting).toBe('In the queue.');
    const refused = await startFar();
    const starts = kernels.starts(refused.id);
    supervisor.last.dieForGood();
    await expect(starts).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
    await kernels.end();
  });

  test('says where it is and what waits for it', async () => {
    const far = await startFar();
    far.stream.request(executeRequest('tab'), tab, 'alice');
    await settle();
    supervisor.last.become({ kind: 'warned', text: 'Its time is nearly up.' });
    expect(far.place).toBe('lab');
    expect(far.whereabouts).toMatchObject({
      queued: 1,
      text: 'Its time is nearly up.',
      connectionFile: null,
    });
    supervisor.last.become({ kind: 'reattached', silentFrom: 'a', silentUntil: 'b' });
    expect(far.whereabouts.text).toBe(null);
    await kernels.end();
  });
});
