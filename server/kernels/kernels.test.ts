import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { StoredEvent } from '../../event-log/event.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import { MemoryConnection } from '../../test/doubles/memory-connection.ts';
import { kernelspec, memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { executeRequest } from '../../test/doubles/spoken-message.ts';
import { ALICE, asClientsSendIt, settle } from '../../test/doubles/stream-under-test.ts';
import { dialects } from '../../test/servers/websocket-dialects.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { dialectOf } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import type { KernelAction } from './kernel-action.ts';
import { KernelSocket } from './kernel-socket.ts';
import { Kernels } from './kernels.ts';
import type { RunningKernel } from './running-kernel.ts';

let root: string;
let supervisor: MemorySupervisor;
let log: FailingEventLog;
let actions: KernelAction[];
let kernels: Kernels;
const logger = pino({ level: 'silent' });
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'kernels-')));
  supervisor = new MemorySupervisor();
  log = new FailingEventLog();
  actions = [];
  kernels = new Kernels({
    supervisor,
    kernelspecs: memoryKernelspecs(['python3', 'deno']),
    log,
    logger,
    rootDirectory: root,
    pythonPrefix: '/none',
    runtimeDirectory: '/none',
    environment: { PATH: '/bin', UNSET: undefined },
    onAction: (action) => void actions.push(action),
    retryDelay: () => new Promise((resolve) => setImmediate(resolve)),
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await kernels.end();
  await rm(root, { recursive: true });
});

const start = (more: object = {}): Promise<RunningKernel> => kernels.start({ actor: 'alice', ...more });

async function eventsOf(kernel: { readonly id: string }): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of log.read(`kernel/${kernel.id}`)) events.push(event);
  return events;
}
const lifeOf = async (kernel: { readonly id: string }): Promise<string[]> =>
  (await eventsOf(kernel)).flatMap(({ type }) => (type === 'kernel-message' ? [] : [type]));

function open(kernel: RunningKernel, sessionId: string): MemoryConnection {
  const connection = new MemoryConnection();
  const socket = new KernelSocket({
    connection,
    stream: kernel.stream,
    dialect: dialectOf(''),
    sessionId,
    liveText: null,
    identity: ALICE,
    authorize: authorizeSignedIn,
    logger,
  });
  kernels.addSocket(kernel.id, socket);
  return connection;
}
const statesIn = (connection: MemoryConnection): unknown[] =>
  connection.frames.flatMap(({ data, binary }) => {
    const { header, content } = dialects.legacy.decode(data, binary);
    return header.msg_type === 'status' ? [content['execution_state']] : [];
  });

describe('starting a kernel', () => {
  test('no more kernels run than may, and who asks is told which do', async () => {
    const few = new Kernels({
      supervisor,
      kernelspecs: memoryKernelspecs(['python3']),
      log,
      logger,
      rootDirectory: root,
      pythonPrefix: '/none',
      runtimeDirectory: '/none',
      environment: {},
      maxKernels: 2,
      onAction: () => undefined,
    });
    const document = { path: 'a.ipynb', name: 'a.ipynb' };
    const first = await few.start({ actor: 'alice', document });
    const [second, third] = await Promise.allSettled([
      few.start({ actor: 'alice' }),
      few.start({ actor: 'alice' }),
    ]);
    expect(second.status).toBe('fulfilled');
    expect(third).toMatchObject({
      reason: { status: 409, message: expect.stringContaining('a.ipynb (python3, starting,') as unknown },
    });
    await few.cull(first.id);
    expect((await lifeOf(first)).at(-1)).toBe('kernel-ended');
    expect((await eventsOf(first)).at(-1)?.data).toMatchObject({ reason: 'culled' });
    await few.start({ actor: 'alice' });
    await few.end();
  });

  test('launches the default kernelspec, tells of it, and lists it', async () => {
    const kernel = await start();
    expect(supervisor.last.request).toEqual({
      kernelId: kernel.id,
      kernelspec: kernelspec('python3'),
      workingDirectory: root,
      sessionPath: null,
      environment: { PATH: '/bin' },
      pythonPrefix: '/none',
      runtimeDirectory: '/none',
    });
    expect(kernels.list()).toEqual([
      {
        id: kernel.id,
        name: 'python3',
        last_activity: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z$/) as unknown,
        execution_state: 'starting',
        connections: 0,
      },
    ]);
    expect(kernels.count).toBe(1);
    expect(actions).toEqual([
      {
        action: 'start',
        kernel_id: kernel.id,
        kernel_name: 'python3',
        status: 'success',
        msg: `Kernel ${kernel.id} was started.`,
      },
    ]);
    expect(await eventsOf(kernel)).toMatchObject([
      {
        type: 'kernel-started',
        actor: 'alice',
        data: { specName: 'python3', pid: 1000, workingDirectory: root },
      },
    ]);
  });

  test('runs in the folder of its document, which it is told of', async () => {
    await mkdir(join(root, 'folder'));
    const document = { path: 'folder/6fd5-random', name: 'real.ipynb' };
    await start({ path: document.path, document });
    expect(supervisor.last.request).toMatchObject({
      workingDirectory: join(root, 'folder'),
      sessionPath: join(root, 'folder/real.ipynb'),
    });
    await start({ path: 'folder/a.ipynb', document: { path: 'folder/a.ipynb', name: null } });
    expect(supervisor.last.request.sessionPath).toBe(join(root, 'folder/a.ipynb'));
  });

  test('"python" is another name for python3; a name keeps its case', async () => {
    expect((await start({ name: 'python' })).name).toBe('python3');
    expect((await start({ name: 'Deno' })).name).toBe('Deno');
  });

  test('an id is taken once: who asks for it again gets the kernel that is there', async () => {
    const kernelId = '11111111-2222-3333-4444-555555555555';
    const first = await start({ kernelId });
    expect(first.id).toBe(kernelId);
    expect(await start({ kernelId })).toBe(first);
    expect(supervisor.kernels).toHaveLength(1);
  });

  test('an id that is being started is refused with 409', async () => {
    const starting = start({ kernelId: 'a-b-c-d-e' });
    await expect(start({ kernelId: 'a-b-c-d-e' })).rejects.toMatchObject({ status: 409 });
    await starting;
  });

  test.each(['../evil', 'a b', '', 'x'.repeat(200)])(
    'an id %j that cannot be part of a file name is refused',
    async (kernelId) => {
      await expect(start({ kernelId })).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
      expect(supervisor.kernels).toEqual([]);
    },
  );

  test('an unknown kernelspec and a failed launch are told, also as actions, and leave nothing', async () => {
    await expect(start({ name: 'none' })).rejects.toMatchObject({ code: 'KERNEL_SPEC_UNKNOWN' });
    supervisor.failure = new KernelError('KERNEL_LAUNCH_FAILED', 'no such program');
    await expect(start()).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
    expect(kernels.list()).toEqual([]);
    expect(actions.map(({ status, msg }) => [status, msg])).toEqual([
      ['error', 'No such kernel named none'],
      ['error', 'no such program'],
    ]);
    await start();
  });

  test('one that is over before its start is recorded is not listed for ever', async () => {
    log.hold();
    const starting = expect(start()).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
    await settle();
    supervisor.last.dieForGood();
    log.letGo();
    await starting;
    expect(kernels.list()).toEqual([]);
  });

  test('I1: a start that cannot be recorded is undone', async () => {
    log.refusal = 'EVENT_LOG_DISK_FULL';
    await expect(start()).rejects.toMatchObject({ code: 'EVENT_LOG_DISK_FULL' });
    expect(supervisor.last.isOver).toBe(true);
    expect(kernels.list()).toEqual([]);
  });
});

describe('a running kernel', () => {
  test('I1: is idle when it answers, busy while it runs, and active then, as soon as the log says so', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const kernel = await start();
    const before = kernel.lastActivity;
    supervisor.last.becomeReady();
    await settle();
    expect(kernel.model.execution_state).toBe('idle');
    vi.setSystemTime(before + 5000);
    const request = executeRequest('one');
    supervisor.last.say({ type: 'status', content: { execution_state: 'busy' }, parent: request });
    expect(kernel.model.execution_state).toBe('idle');
    await settle();
    expect(kernel.model.execution_state).toBe('busy');
    expect(kernel.lastActivity).toBe(before + 5000);
    expect(kernels.lastActivity).toBe(before + 5000);
    supervisor.last.run(request);
    await settle();
    expect(kernel.model.execution_state).toBe('idle');
  });

  test('counts its connections', async () => {
    const kernel = await start();
    const [one, two] = [open(kernel, 'one'), open(kernel, 'two')];
    expect(kernel.model.connections).toBe(2);
    expect(kernels.connections).toBe(2);
    one.breakOff();
    two.breakOff();
    expect(kernels.connections).toBe(0);
  });

  test('is interrupted, which is recorded and told', async () => {
    const kernel = await start();
    await kernels.interrupt(kernel.id, 'bob');
    expect(supervisor.last.asked).toEqual(['interrupt']);
    await settle();
    expect(await eventsOf(kernel)).toMatchObject([{}, { type: 'kernel-interrupted', actor: 'bob' }]);
    expect(actions.at(-1)).toMatchObject({ action: 'interrupt', status: 'success' });
  });

  test('is restarted under the path that its document has by now, without a status "restarting"', async () => {
    const kernel = await start({ path: 'a.ipynb', document: { path: 'a.ipynb', name: 'a.ipynb' } });
    const connection = open(kernel, 'one');
    supervisor.last.becomeReady();
    await settle();
    kernels.setDocument(kernel.id, { path: 'b.ipynb', name: 'b.ipynb' });
    await kernels.restart(kernel.id, 'bob');
    expect(supervisor.last.asked).toEqual([`restart ${join(root, 'b.ipynb')}`]);
    await settle();
    expect((await eventsOf(kernel)).at(-1)).toMatchObject({
      type: 'kernel-restarted',
      actor: 'bob',
      data: { reason: 'requested', pid: 1001 },
    });
    expect(statesIn(connection)).toEqual([]);
    expect(connection.isOpen).toBe(true);
    expect(kernels.list()).toHaveLength(1);
  });

  test('a restart or interrupt that fails is told to who asked, and as an action', async () => {
    const kernel = await start();
    supervisor.last.failures.set('restart', new KernelError('KERNEL_LAUNCH_FAILED', 'gone'));
    await expect(kernels.restart(kernel.id, 'bob')).rejects.toThrow('gone');
    supervisor.last.failures.set('interrupt', new KernelError('KERNEL_DEAD', 'dead'));
    await expect(kernels.interrupt(kernel.id, 'bob')).rejects.toThrow('dead');
    expect(actions.slice(1).map(({ action, status }) => [action, status])).toEqual([
      ['restart', 'error'],
      ['interrupt', 'error'],
    ]);
    expect(await lifeOf(kernel)).not.toContain('kernel-restarted');
  });

  test('that dies is restarted by itself: clients hear "restarting" and stay, and what it says then', async () => {
    const kernel = await start();
    const connection = open(kernel, 'one');
    supervisor.last.becomeReady();
    supervisor.last.dieAndRestart();
    supervisor.last.say({ type: 'status', content: { execution_state: 'starting' } });
    await settle();
    expect(statesIn(connection)).toEqual(['restarting', 'starting']);
    expect(connection.isOpen).toBe(true);
    expect((await eventsOf(kernel)).filter(({ type }) => type !== 'kernel-message').slice(1)).toMatchObject([
      {
        type: 'kernel-died',
        actor: 'server',
        data: { exitCode: 1, signal: null, stderrTail: 'it broke', outOfMemory: null },
      },
      { type: 'kernel-restarted', actor: 'server', data: { reason: 'died', pid: 1001 } },
    ]);
    supervisor.last.becomeReady();
    await settle();
    expect(kernel.model.execution_state).toBe('idle');
  });

  test('I1: that dies says why in the cell that ran, before "restarting", and ends what it was sent', async () => {
    const kernel = await start();
    const connection = open(kernel, 'one');
    const running = executeRequest('one', '1');
    const queued = executeRequest('one', '2');
    const waiting = executeRequest('one', '3');
    for (const request of [running, queued, waiting])
      connection.receive(dialects.legacy.encode(asClientsSendIt(request)));
    await settle();
    supervisor.last.say({ type: 'execute_input', content: { execution_count: 4 }, parent: running });
    supervisor.last.dieAndRestart([waiting.header.msg_id]);
    await settle();
    const heard = connection.frames.map(({ data, binary }) => dialects.legacy.decode(data, binary));
    const told = heard.map(({ header, parent_header, content }) => [
      'msg_id' in parent_header ? parent_header.msg_id : null,
      header.msg_type,
      content['status'] ?? content['execution_state'] ?? content['ename'],
    ]);
    expect(told.slice(1)).toEqual([
      [running.header.msg_id, 'error', 'KernelDied'],
      [running.header.msg_id, 'execute_reply', 'error'],
      [running.header.msg_id, 'status', 'idle'],
      [queued.header.msg_id, 'execute_reply', 'aborted'],
      [queued.header.msg_id, 'status', 'idle'],
      [null, 'status', 'restarting'],
    ]);
    expect(heard[1]?.content).toMatchObject({
      evalue: 'The kernel died: it ended by itself with exit code 1.',
      traceback: expect.arrayContaining(['it broke']) as unknown,
    });
    expect(heard[2]?.content).toMatchObject({ execution_count: 4 });
    expect(new Set(heard.map(({ header }) => header.session)).size).toBe(1);
    const stored = (await eventsOf(kernel)).flatMap(({ type, data }) =>
      type === 'kernel-message' && 'messageType' in data ? [data.messageType] : [],
    );
    expect(stored).toEqual(told.map(([, type]) => type));
  });

  test('that died says so in its model, until somebody restarts it', async () => {
    const kernel = await start();
    expect(kernel.model).not.toHaveProperty('reason');
    supervisor.last.dieAndRestart();
    expect(kernel.model.reason).toBe('The kernel died: it ended by itself with exit code 1.');
    await kernels.restart(kernel.id, 'alice');
    expect(kernel.model).not.toHaveProperty('reason');
  });

  test('that dies too often is given up: clients hear "dead", it is gone from the list, and why is recorded', async () => {
    const kernel = await start();
    const connection = open(kernel, 'one');
    supervisor.last.dieForGood();
    await settle();
    expect(statesIn(connection)).toEqual(['dead']);
    expect(kernels.list()).toEqual([]);
    expect(() => kernels.get(kernel.id)).toThrow(HttpError);
    expect((await eventsOf(kernel)).at(-1)).toMatchObject({
      type: 'kernel-ended',
      data: { reason: 'died', exitCode: 1, signal: null },
    });
  });

  test('is not ready when it does not answer in time, and lives on', async () => {
    const kernel = await start();
    supervisor.last.failToAnswer();
    await expect(kernel.ready()).rejects.toMatchObject({ code: 'KERNEL_NOT_READY' });
    expect(kernels.list()).toHaveLength(1);
  });
});

describe('the end of a kernel', () => {
  test('is asked for, recorded after its last words, and leaves its sockets open', async () => {
    const kernel = await start();
    const connection = open(kernel, 'one');
    let end = (): void => undefined;
    supervisor.last.ending = new Promise((resolve) => (end = resolve));
    const shutdown = kernels.shutdown(kernel.id, 'bob');
    supervisor.last.say({ content: { name: 'stdout', text: 'last words' } });
    end();
    await shutdown;
    expect(kernels.list()).toEqual([]);
    expect(connection.isOpen).toBe(true);
    expect(statesIn(connection)).toEqual([]);
    const types = (await eventsOf(kernel)).map(({ type }) => type);
    expect(types).toEqual(['kernel-started', 'kernel-message', 'kernel-ended']);
    expect((await eventsOf(kernel)).at(-1)).toMatchObject({ actor: 'bob', data: { reason: 'requested' } });
    expect(actions.at(-1)).toMatchObject({ action: 'shutdown', status: 'success' });
  });

  test('happens once, however many ask for it', async () => {
    const kernel = await start();
    await Promise.all([kernels.shutdown(kernel.id, 'a'), kernels.shutdown(kernel.id, 'b')]);
    expect(supervisor.last.asked).toEqual(['shutdown']);
    expect((await lifeOf(kernel)).filter((type) => type === 'kernel-ended')).toHaveLength(1);
    await expect(kernels.shutdown(kernel.id, 'c')).rejects.toMatchObject({ status: 404 });
  });

  test('is recorded once where it dies for good while it is asked to end', async () => {
    const kernel = await start();
    let end = (): void => undefined;
    supervisor.last.ending = new Promise((resolve) => (end = resolve));
    const shutdown = kernels.shutdown(kernel.id, 'bob');
    supervisor.last.dieForGood();
    end();
    await shutdown;
    expect((await lifeOf(kernel)).filter((type) => type === 'kernel-ended')).toHaveLength(1);
  });

  test('a shutdown that failed can be asked for again', async () => {
    const kernel = await start();
    supervisor.last.failures.set('shutdown', new KernelError('KERNEL_LAUNCH_FAILED', 'cannot'));
    await expect(kernels.shutdown(kernel.id, 'bob')).rejects.toThrow('cannot');
    expect(kernels.list()).toHaveLength(1);
    await kernels.shutdown(kernel.id, 'bob');
    expect(kernels.list()).toEqual([]);
  });

  test('an unknown kernel is 404, whatever is asked of it', async () => {
    await expect(kernels.interrupt('none', 'a')).rejects.toMatchObject({ status: 404 });
    await expect(kernels.restart('none', 'a')).rejects.toMatchObject({ status: 404 });
    await expect(kernels.shutdown('none', 'a')).rejects.toThrow('Kernel does not exist: none');
    expect(actions).toEqual([]);
  });

  test('the activity of a kernel counts after its end', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const kernel = await start();
    vi.setSystemTime(Date.now() + 5000);
    await kernels.shutdown(kernel.id, 'bob');
    expect(kernels.lastActivity).toBe(Date.now());
  });
});

describe('the end of the server', () => {
  test('ends all kernels, once, and closes their sockets so that clients come again', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    const connection = open(one, 'one');
    await Promise.all([kernels.end(), kernels.end()]);
    expect(connection.closeCode).toBe(1012);
    expect(supervisor.running).toBe(0);
    expect(kernels.count).toBe(0);
    for (const kernel of [one, two])
      expect((await eventsOf(kernel)).at(-1)).toMatchObject({
        type: 'kernel-ended',
        data: { reason: 'server-stopped' },
      });
  });

  test('waits for kernels that are being launched, ends them too, and their end is recorded', async () => {
    let launch = (): void => undefined;
    supervisor.launching = new Promise((resolve) => (launch = resolve));
    const starting = start({ kernelId: 'a-b-c-d-e' });
    const refused = expect(starting).rejects.toBeInstanceOf(Error);
    await settle();
    let closed = false;
    const closing = kernels.end().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    launch();
    await refused;
    await closing;
    expect(supervisor.running).toBe(0);
    expect(kernels.list()).toEqual([]);
    expect(await lifeOf({ id: 'a-b-c-d-e' })).toEqual(['kernel-started', 'kernel-ended']);
  });

  test('starts no more', async () => {
    await kernels.end();
    await expect(start()).rejects.toMatchObject({ code: 'KERNEL_LAUNCH_FAILED' });
    expect(supervisor.kernels).toEqual([]);
  });

  test('does not wait for a disk that refuses', async () => {
    const kernel = await start();
    log.refusal = 'EVENT_LOG_DISK_FULL';
    supervisor.last.say({});
    await kernels.end();
    expect(kernels.has(kernel.id)).toBe(false);
  });
});
