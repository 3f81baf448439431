import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { startApp, TOKEN } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { Kernels } from './kernels.ts';
import type { RunningKernel } from './running-kernel.ts';
import { kernelUpgradeRoutes } from './upgrade-routes.ts';
import { V1_SUBPROTOCOL } from '../../kernel-bridge/protocol/websocket-v1-codec.ts';

let supervisor: MemorySupervisor;
let kernels: Kernels;
let kernel: RunningKernel;
let app: AppUnderTest;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  const logger = pino({ level: 'silent' });
  supervisor = new MemorySupervisor();
  kernels = new Kernels({
    supervisor,
    kernelspecs: memoryKernelspecs(['python3']),
    log: new MemoryEventLog(),
    logger,
    rootDirectory: '/',
    pythonPrefix: '/none',
    runtimeDirectory: '/none',
    environment: {},
    onAction: () => undefined,
  });
  app = await startApp({
    upgradeRoutes: kernelUpgradeRoutes({
      kernels,
      authorize: authorizeSignedIn,
      logger,
      liveText: { limitBytes: 1000, textPath: (run) => `/all/${run}` },
    }),
  });
  kernel = await kernels.start({ actor: 'alice' });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await kernels.end();
  await app.close();
});

interface Opened {
  readonly socket: WebSocket;
  readonly status: number;
  /** The next message of the server. */
  readonly next: () => Promise<string>;
  readonly closed: Promise<number>;
}

function open(path: string, subprotocols: string[] = [], headers = {}): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`, subprotocols, {
    headers: { authorization: `token ${TOKEN}`, ...headers },
  });
  sockets.push(socket);
  const messages: string[] = [];
  let wake = (): void => undefined;
  socket.on('message', (data: Buffer) => {
    messages.push(data.toString('latin1'));
    wake();
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const next = async (): Promise<string> => {
    while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return messages.shift() ?? '';
  };
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, status: 101, next, closed }));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve({ socket, status: answer.statusCode ?? 0, next, closed });
    });
  });
}
const channels = (id: string, query = '?session_id=one'): string => `/api/kernels/${id}/channels${query}`;

describe('/api/kernels/{id}/channels', () => {
  test('is opened once the kernel answers, and not before', async () => {
    let opened = false;
    const opening = open(channels(kernel.id)).then((it) => {
      opened = true;
      return it;
    });
    // A request that comes later and needs no kernel is answered first.
    expect((await app.ask('/none')).status).toBe(404);
    expect(opened).toBe(false);
    expect(kernel.model.connections).toBe(0);
    supervisor.last.becomeReady();
    expect((await opening).status).toBe(101);
    expect(kernel.model.connections).toBe(1);
  });

  test('is opened to a slow kernel all the same, as in Jupyter; what is sent waits', async () => {
    supervisor.last.failToAnswer();
    expect((await open(channels(kernel.id))).status).toBe(101);
  });

  test('is 404 for an unknown kernel, and for one that dies while it is waited for', async () => {
    expect((await open(channels('01234567-89ab-cdef-0123-456789abcdef'))).status).toBe(404);
    const waiting = open(channels(kernel.id));
    await app.ask('/none');
    supervisor.last.dieForGood();
    expect((await waiting).status).toBe(404);
  });

  test('is 403 without a sign-in', async () => {
    supervisor.last.becomeReady();
    expect((await open(channels(kernel.id), [], { authorization: '' })).status).toBe(403);
  });

  test.each([
    { offered: [V1_SUBPROTOCOL], chosen: V1_SUBPROTOCOL },
    { offered: ['other', V1_SUBPROTOCOL], chosen: V1_SUBPROTOCOL },
    { offered: [], chosen: '' },
  ])('agrees on "$chosen" where $offered is offered, without compression', async ({ offered, chosen }) => {
    supervisor.last.becomeReady();
    const { socket, next } = await open(channels(kernel.id), offered);
    expect(socket.protocol).toBe(chosen);
    expect(socket.extensions).toBe('');
    supervisor.last.say({ content: { name: 'stdout', text: 'hello' } });
    expect(await next()).toContain('hello');
  });

  test('many who name no session are many', async () => {
    supervisor.last.becomeReady();
    await Promise.all([open(channels(kernel.id, '')), open(channels(kernel.id, '?session_id='))]);
    expect(kernel.model.connections).toBe(2);
    const [first] = await Promise.all([open(channels(kernel.id)), kernel.ready()]);
    await open(channels(kernel.id));
    expect(await first.closed).toBe(1005);
    expect(kernel.model.connections).toBe(3);
  });

  test.each([
    { what: 'v1, bytes', offered: [V1_SUBPROTOCOL], data: Buffer.from('nonsense') },
    { what: 'v1, text', offered: [V1_SUBPROTOCOL], data: '{}' },
    { what: 'legacy, text', offered: [], data: 'nonsense' },
    { what: 'legacy, bytes', offered: [], data: Buffer.from([0, 0, 0, 9, 1]) },
  ])(
    'is closed with 1007 for what is no message ($what); the server and other sockets live on',
    async ({ offered, data }) => {
      supervisor.last.becomeReady();
      const good = await open(channels(kernel.id, '?session_id=good'));
      const bad = await open(channels(kernel.id, '?session_id=bad'), offered);
      bad.socket.send(data);
      expect(await bad.closed).toBe(1007);
      supervisor.last.say({ content: { name: 'stdout', text: 'hello' } });
      expect(await good.next()).toContain('hello');
      expect(kernel.model.connections).toBe(1);
    },
  );

  test('stays open when its kernel is shut down, and is closed with 1012 when the server ends', async () => {
    supervisor.last.becomeReady();
    const { socket, closed } = await open(channels(kernel.id));
    await kernels.shutdown(kernel.id, 'alice');
    expect(socket.readyState).toBe(WebSocket.OPEN);
    await kernels.end();
    expect([1012, 1006]).toContain(await closed);
  });
});
