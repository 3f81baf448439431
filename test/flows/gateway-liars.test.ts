import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { dialectOf } from '../../kernel-bridge/protocol/websocket-dialect.ts';
import { V1_SUBPROTOCOL } from '../../kernel-bridge/protocol/websocket-v1-codec.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { type GatewayUnderTest, gatewayUnderTest } from '../servers/gateway-place.ts';

// A server that is none, or lies: whoever speaks to it is told, and nobody else is disturbed.

const v1 = dialectOf(V1_SUBPROTOCOL);
const legacy = dialectOf('');
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Play {
  /** To each REST request: status, body, headers. */
  readonly rest?: (path: string, method: string) => [number, string, Record<string, string>?] | undefined;
  readonly websocket?: (socket: WebSocket, sessionId: string) => void;
  readonly subprotocol?: boolean;
}
const MODEL = JSON.stringify({ id: 'a-b-c', name: 'python3', execution_state: 'idle', connections: 0 });

async function play({ rest, websocket, subprotocol = true }: Play): Promise<GatewayUnderTest> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const [status, body, headers] = rest?.(pathname, request.method ?? '') ?? [
      request.method === 'POST' ? 201 : request.method === 'DELETE' ? 204 : 200,
      request.method === 'DELETE' ? '' : MODEL,
    ];
    response.writeHead(status, headers).end(body);
  });
  const sockets = new WebSocketServer({
    server,
    handleProtocols: () => (subprotocol ? V1_SUBPROTOCOL : false),
  });
  sockets.on('connection', (socket, request) =>
    websocket?.(socket, new URL(request.url ?? '/', 'http://host').searchParams.get('session_id') ?? ''),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const under = gatewayUnderTest(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  ends.push(() => under.dispose());
  return under;
}

/** Answers kernel_info_request as a kernel does. */
function answerInfo(socket: WebSocket, dialect: typeof v1, session: string): void {
  socket.on('message', (data, binary) => {
    const { frames } = dialect.decode(data as Buffer, binary);
    const request = JSON.parse(String(frames[0])) as { msg_type: string };
    if (request.msg_type !== 'kernel_info_request') return;
    say(socket, dialect, 'iopub', 'status', { execution_state: 'idle' }, { parent: frames[0], session });
    say(
      socket,
      dialect,
      'shell',
      'kernel_info_reply',
      { implementation: 'x' },
      { parent: frames[0], session },
    );
  });
}

function say(
  socket: WebSocket,
  dialect: typeof v1,
  channel: KernelMessage['channel'],
  messageType: string,
  content: object,
  { parent = Buffer.from('{}'), session = 'kernel' }: { parent?: Buffer | undefined; session?: string } = {},
): void {
  const header = { msg_id: Math.random().toString(36), msg_type: messageType, session };
  const frames = [
    Buffer.from(JSON.stringify(header)),
    parent,
    Buffer.from('{}'),
    Buffer.from(JSON.stringify(content)),
  ];
  const { data, binary } = dialect.encode({ channel, messageId: header.msg_id, messageType, frames });
  socket.send(data, { binary });
}

test('[GW2] garbage, channels that no kernel has and frames that are none are passed over and logged', async () => {
  const under = await play({
    websocket: (socket) => {
      for (const garbage of ['no JSON', '{"channel":7}', '{}']) socket.send(garbage);
      for (const bytes of [
        [],
        [1],
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        Array<number>(64).fill(7),
      ])
        socket.send(Buffer.from(bytes));
      say(socket, v1, 'gossip' as 'iopub', 'status', {});
      socket.ping();
      answerInfo(socket, v1, 'kernel');
      say(socket, v1, 'iopub', 'stream', { name: 'stdout', text: 'kept' });
    },
  });
  const { client, kernel } = await under.launch();
  await kernel.ready();
  expect(client.listener.messages.map(({ header }) => header.msg_type)).toEqual(['stream']);
  expect(client.listener.lifecycles).toEqual([]);
  expect(under.logged.filter((line) => line.includes('is no kernel message'))).toHaveLength(8);
});

test('a server without a subprotocol is spoken to in the older dialect', async () => {
  const under = await play({
    subprotocol: false,
    websocket: (socket) => answerInfo(socket, legacy, 'kernel'),
  });
  const { kernel } = await under.launch();
  expect(await kernel.ready()).toMatchObject({ implementation: 'x' });
});

test('[GW2] one that closes each connection at once is tried less and less often, and all of it is one break', async () => {
  let opened = 0;
  const under = await play({
    websocket: (socket) => {
      opened += 1;
      if (opened <= 4) return socket.close();
      answerInfo(socket, v1, 'kernel');
    },
  });
  const { client, kernel } = await under.launch();
  await kernel.ready();
  expect(client.listener.lifecycles.filter(({ kind }) => kind === 'reattached')).toHaveLength(1);
});

test('[A3] [GW3] a process that was replaced during a break has died', async () => {
  let opened = 0;
  const under = await play({
    websocket: (socket) => {
      opened += 1;
      const session = `kernel ${opened}`;
      answerInfo(socket, v1, session);
      if (opened === 1) setTimeout(() => socket.close(), 300);
    },
  });
  const { client, kernel } = await under.launch();
  await kernel.ready();
  expect(await client.listener.untilLifecycle('died')).toMatchObject({
    exit: { explanation: expect.stringContaining('had restarted it') as string },
  });
  expect(client.listener.lifecycles.map(({ kind }) => kind)).toEqual(['reattached', 'died', 'autorestarted']);
});

test.each([
  [
    'a login page',
    302,
    '',
    { Location: '/hub/login?next=x' },
    'PLACE_DENIED',
    /login page: the token is not accepted/,
  ],
  ['a token that is wrong', 401, '{"message":"Invalid token"}', {}, 'PLACE_DENIED', /“Invalid token”/],
  ['no such page', 404, '<html><title>404 : Not Found</title>', {}, 'PLACE_UNFIT', /No Jupyter server/],
  [
    'a hub whose server sleeps',
    424,
    '{"message":"ada is not running"}',
    {},
    'PLACE_UNREACHABLE',
    /not running/,
  ],
  ['a quota', 403, '{"message":"Resource Limit"}', {}, 'PLACE_REFUSED', /Resource Limit/],
  ['too many', 429, '{"message":"slow down"}', {}, 'PLACE_REFUSED', /slow down/],
  ['a full hub', 503, '<h1>503 : Service Unavailable</h1><p>No room</p>', {}, 'PLACE_REFUSED', /No room/],
  ['a proxy', 502, 'Bad Gateway', {}, 'PLACE_UNREACHABLE', /proxy/],
  ['a fault', 500, '{"message":"boom token-of-the-test"}', {}, 'PLACE_UNFIT', /boom …/],
  ['an answer that is none', 201, '[]', {}, 'PLACE_UNFIT', /otherwise than a Jupyter server/],
  ['no JSON', 201, '<html>', {}, 'PLACE_UNFIT', /otherwise than a Jupyter server/],
])('[GW2] %s is told in words', async (_name, status, body, headers, code, words) => {
  const under = await play({ rest: () => [status, body, headers] });
  await expect(under.launch()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(words) as string,
  });
  expect(await under.launcher.records()).toEqual([]);
});

test('[R3] a kernel that never answers is told after the time that a launch gets', async () => {
  const under = await play({ websocket: () => undefined });
  under.settings({ launchTimeout: 1 });
  const { kernel } = await under.launch();
  await expect(kernel.ready()).rejects.toMatchObject({
    code: 'KERNEL_NOT_READY',
    message: expect.stringContaining('within 1 seconds') as string,
  });
});

test('XSRF: a server that asks for the cookie’s value gets it', async () => {
  const asked: string[] = [];
  const under = await play({
    rest: (path, method) => {
      asked.push(`${method} ${path}`);
      if (path === '/login') return [200, '<html>', { 'Set-Cookie': '_xsrf=abc; Path=/' }];
      if (method === 'POST' && asked.length === 1)
        return [403, '{"message":"\'_xsrf\' argument missing from POST"}'];
      return undefined;
    },
    websocket: (socket) => answerInfo(socket, v1, 'kernel'),
  });
  const { kernel } = await under.launch();
  await kernel.ready();
  expect(asked.slice(0, 3)).toEqual(['POST /api/kernels', 'GET /login', 'POST /api/kernels']);
});

test('nobody there is told in words', async () => {
  const under = gatewayUnderTest('http://127.0.0.1:1/');
  await expect(under.launch()).rejects.toMatchObject({ code: 'PLACE_UNREACHABLE' });
  const nowhere = gatewayUnderTest('http://no-such-host.invalid/');
  await expect(nowhere.launch()).rejects.toMatchObject({
    code: 'PLACE_UNREACHABLE',
    message: 'No address is known for no-such-host.invalid.',
  });
  await Promise.all([under.dispose(), nowhere.dispose()]);
});
