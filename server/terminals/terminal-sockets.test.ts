import { once } from 'node:events';
import { tmpdir } from 'node:os';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { LocalTerminals } from '../../kernel-bridge/terminals/local-terminals.ts';
import { TOKEN, startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { FakePty } from '../../test/doubles/fake-pty.ts';
import { HttpError } from '../http-error.ts';
import { TerminalSockets } from './terminal-sockets.ts';
import { Terminals } from './terminals.ts';

/** On a busy machine a second is soon over. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 });

let pty: FakePty;
let mayExecute: boolean;
let host: LocalTerminals;
let terminals: Terminals;
let sockets: TerminalSockets;
let app: AppUnderTest;
const clients: Client[] = [];

beforeEach(async () => {
  const logger = pino({ level: 'silent' });
  pty = new FakePty();
  mayExecute = true;
  host = new LocalTerminals({ spawn: () => pty });
  terminals = new Terminals({
    host,
    rootDirectory: tmpdir(),
    serverUrl: () => '',
    shell: ['sh'],
    environment: {},
    logger,
  });
  const authorize = (): void => {
    if (!mayExecute) throw new HttpError(403, 'Forbidden');
  };
  sockets = new TerminalSockets(terminals, authorize, logger);
  app = await startApp({ upgradeRoutes: sockets.upgradeRoutes });
  await terminals.open('1', null);
});
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate();
  sockets.close();
  await host.close();
  await app.close();
});

interface Client {
  readonly socket: WebSocket;
  readonly received: unknown[];
  /** The code. */
  readonly closed: Promise<number>;
  send(message: unknown): void;
}

async function open(name = '1'): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/terminals/websocket/${name}`, {
    headers: { authorization: `token ${TOKEN}` },
  });
  const received: unknown[] = [];
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString())));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  const client = {
    socket,
    received,
    closed,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
  clients.push(client);
  await eventually(() => expect(received[0]).toEqual(['setup', {}]));
  return client;
}

const sees = (client: Client, ...messages: unknown[]): Promise<void> =>
  eventually(() => expect(client.received.slice(1)).toEqual(messages));

describe('a client', () => {
  test('types, sizes and sees, and hears of the end', async () => {
    const client = await open();
    client.send(['set_size', 24, 80, 600, 800]);
    client.send(['stdin', 'ls\r']);
    client.send(['a word of a newer client', {}]);
    await eventually(() => expect(pty.typed).toEqual(['ls\r']));
    expect(pty.sizes).toEqual([[80, 24]]);
    pty.print('a.txt');
    await sees(client, ['stdout', 'a.txt']);
    pty.exit();
    await sees(client, ['stdout', 'a.txt'], ['disconnect', 1]);
    await client.closed;
  });

  test('who connects again sees what was printed before and meanwhile', async () => {
    const before = await open();
    pty.print('before ');
    await sees(before, ['stdout', 'before ']);
    before.socket.terminate();
    await before.closed;
    pty.print('meanwhile');
    const after = await open();
    const all = ['stdout', '\x1bcbefore meanwhile'];
    await sees(after, all);
    pty.print('!');
    await sees(after, all, ['stdout', '!']);
  });

  test('that leaves no longer counts for the size', async () => {
    const [large, small] = [await open(), await open()];
    large.send(['set_size', 50, 140]);
    small.send(['set_size', 20, 60]);
    await eventually(() => expect(pty.sizes.at(-1)).toEqual([60, 20]));
    small.socket.close();
    await eventually(() => expect(pty.sizes.at(-1)).toEqual([140, 50]));
  });

  test.each([['hello'], ['{}'], ['[]'], [Buffer.from('["stdin", "x"]')]])(
    'that sends %s is not understood, and others stay',
    async (frame) => {
      const [confused, other] = [await open(), await open()];
      confused.socket.send(frame);
      expect(await confused.closed).toBe(1007);
      other.send(['stdin', 'still here']);
      await eventually(() => expect(pty.typed).toEqual(['still here']));
    },
  );

  test('I5: that types faster than the program reads is read no further until it has', async () => {
    const client = await open();
    pty.pendingInput = 2 ** 20 + 1;
    client.send(['stdin', 'first']);
    await eventually(() => expect(pty.typed).toEqual(['first']));
    const [, other] = [client.send(['stdin', 'second']), await open()];
    pty.pendingInput = 0;
    other.send(['stdin', 'of another']);
    await eventually(() => expect(pty.typed).toEqual(['first', 'of another']));
    pty.drain();
    await eventually(() => expect(pty.typed).toEqual(['first', 'of another', 'second']));
  });

  test('I7: that may no longer execute is closed with its next line', async () => {
    const client = await open();
    mayExecute = false;
    client.send(['stdin', 'rm -r *\r']);
    expect(await client.closed).toBe(4403);
    expect(pty.typed).toEqual([]);
  });

  test('whose terminal fails is told so, and the server goes on', async () => {
    const client = await open();
    pty.write = () => {
      throw new Error('EBADF');
    };
    client.send(['stdin', 'x']);
    expect(await client.closed).toBe(1011);
    await open();
  });

  test('that sends more than anybody pastes is closed', async () => {
    const client = await open();
    client.socket.on('error', () => 'it is cut while it sends');
    client.send(['stdin', 'x'.repeat(16 * 1024 * 1024)]);
    expect(await client.closed).not.toBe(1000);
    expect(pty.typed).toEqual([]);
  });
});

test.each([
  ['an unknown terminal', '/terminals/websocket/2', { authorization: `token ${TOKEN}` }, 404],
  ['a name that is none', '/terminals/websocket/a-b', { authorization: `token ${TOKEN}` }, 404],
  ['nobody', '/terminals/websocket/1', {}, 403],
])('%s is refused', async (_, path, headers: Record<string, string>, status) => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`, { headers });
  const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  expect(answer.statusCode).toBe(status);
  socket.on('error', () => 'it is given up before it opened');
  socket.terminate();
});

test('closing ends all sockets, and not the terminals', async () => {
  const client = await open();
  sockets.close();
  sockets.close();
  await client.closed;
  expect(terminals.count).toBe(1);
});
