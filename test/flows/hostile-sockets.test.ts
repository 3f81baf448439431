import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { handshake } from '../servers/handshake.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';
import { openFiles, residentBytes } from '../servers/process-memory.ts';
import { RoomClient } from '../servers/room-client.ts';

const VIEW = 'token-for-looking';
const LIVE = '/api/in-the-loop/v1/live';
const MEGABYTE = 1024 * 1024;

let server: JupyterServerProcess;
let room: string;
let ada: RoomClient;
let ben: RoomClient;
beforeEach(async () => {
  server = await startOurServer({ args: ['--collaboration', 'stock', '--view-token', VIEW] });
  await sendOk(server, {
    method: 'PUT',
    path: '/api/contents/a.txt',
    body: { type: 'file', format: 'text', content: 'shared' },
  });
  const body = { format: 'text', type: 'file' };
  const session = await sendOk(server, { method: 'PUT', path: '/api/collaboration/session/a.txt', body });
  const { fileId, sessionId } = session.json<{ fileId: string; sessionId: string }>();
  room = `/api/collaboration/room/text:file:${fileId}?sessionId=${sessionId}`;
  ada = await enter(server.token);
  ben = await enter(server.token);
});
afterEach(() => server.close());

async function enter(token: string): Promise<RoomClient> {
  const url = `${server.origin.replace('http', 'ws')}${server.base.slice(0, -1)}${room}&token=${token}`;
  const client = new RoomClient(url);
  await client.synced;
  return client;
}

/** Two people go on with the document, whatever somebody else does. */
async function expectWork(): Promise<void> {
  const word = randomBytes(8).toString('hex');
  ada.doc.getText('source').insert(0, word);
  await ben.until(() => ben.doc.getText('source').toJSON().includes(word));
}

/** A connection of its own on which a websocket has been opened. */
async function openedSocket(path: string, of = server): Promise<Socket> {
  const url = new URL(of.origin);
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  socket.write(
    [
      `GET ${of.base.slice(0, -1)}${path} HTTP/1.1`,
      ...[`Host: ${url.host}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Authorization: token ${of.token}`,
      '\r\n',
    ].join('\r\n'),
  );
  await once(socket, 'data');
  return socket;
}

/** Whom a websocket lets in, by status: nobody, a wrong token, another origin, the page itself, a program. */
async function letIn(path: string, of: JupyterServerProcess): Promise<number[]> {
  const page = await sendOk(of, { path: '/api/me', auth: 'token' });
  const cookie = (page.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
  const asked: readonly Record<string, string>[] = [
    {},
    { authorization: 'token wrong' },
    { cookie, origin: 'http://evil.example' },
    { cookie, origin: of.origin },
    { authorization: `token ${of.token}` },
  ];
  return Promise.all(asked.map(async (headers) => (await handshake(of, path, headers)).status));
}

/** Resolves once a connection is closed that announced a frame of a gigabyte. */
async function announceGigabyte(path: string, of: JupyterServerProcess): Promise<void> {
  const socket = await openedSocket(path, of);
  const header = Buffer.alloc(14);
  header.writeUInt16BE(0x82ff, 0);
  header.writeBigUInt64BE(2n ** 30n, 2);
  socket.on('error', () => undefined);
  socket.write(header);
  socket.resume();
  await once(socket, 'close');
}

test('I7: a room asks for token or cookie, and takes no cookie from another origin', async () => {
  expect(await letIn(room, server)).toEqual([403, 403, 403, 101, 101]);
});

test('I7, I5: so does the live socket, and a frame of a gigabyte ends it', async () => {
  const live = await startOurServer({ args: ['--collaboration', 'on'] });
  try {
    expect(await letIn(LIVE, live)).toEqual([403, 403, 403, 101, 101]);
    const before = residentBytes(live.pid);
    await announceGigabyte(LIVE, live);
    expect(residentBytes(live.pid) - before).toBeLessThan(50 * MEGABYTE);
    expect((await sendOk(live, { path: '/api/status' })).status).toBe(200);
  } finally {
    await live.close();
  }
});

test('I7: a viewer sees what others type, and what it types itself is not applied', async () => {
  const viewer = await enter(VIEW);
  await expectWork();
  await viewer.until(() => viewer.doc.getText('source').toJSON() === ben.doc.getText('source').toJSON());
  const before = ben.doc.getText('source').toJSON();
  viewer.doc.getText('source').insert(0, 'mine');
  const { code, reason } = await viewer.closed;
  expect(code).toBe(1003);
  expect(reason).toContain('not change it');
  await expectWork();
  expect(ben.doc.getText('source').toJSON()).not.toContain('mine');
  expect(ben.doc.getText('source').toJSON()).toContain(before);
});

test('I5: a frame of a gigabyte is refused by its header, and one of garbage by its bytes', async () => {
  const before = residentBytes(server.pid);
  await announceGigabyte(room, server);
  for (const size of [2, 100, MEGABYTE]) {
    const bytes = randomBytes(size);
    bytes.set([0, 2], 0);
    const client = await enter(server.token);
    client.socket.send(bytes);
    expect((await client.closed).code).toBeGreaterThan(1000);
  }
  await expectWork();
  expect(residentBytes(server.pid) - before).toBeLessThan(150 * MEGABYTE);
});

test('I5: a client that never reads is closed, others are not slowed down, and it gets all when it comes again', async () => {
  const url = `${server.origin.replace('http', 'ws')}${server.base.slice(0, -1)}${room}`;
  const deaf = new WebSocket(url, { headers: { authorization: `token ${server.token}` } });
  await once(deaf, 'open');
  deaf.pause();
  const before = residentBytes(server.pid);
  const text = ada.doc.getText('source');
  for (let round = 0; round < 30; round += 1) {
    text.insert(0, randomBytes(MEGABYTE / 2).toString('hex'));
    text.delete(0, text.length);
    await expectWork();
  }
  expect(residentBytes(server.pid) - before).toBeLessThan(400 * MEGABYTE);
  deaf.resume();
  const [code] = (await once(deaf, 'close')) as [number];
  expect(code).toBe(1013);
  const again = await enter(server.token);
  expect(again.doc.getText('source').toJSON()).toBe(text.toJSON());
}, 120_000);

test('I5: thousands of connections that come and go leave others and the server as they were', async () => {
  const files = openFiles(server.pid);
  const before = residentBytes(server.pid);
  for (let round = 0; round < 40; round += 1) {
    const sockets = await Promise.all(Array.from({ length: 25 }, () => openedSocket(room)));
    if (round % 10 === 0) await expectWork();
    for (const socket of sockets) socket.destroy();
  }
  await expectWork();
  await expect.poll(() => openFiles(server.pid) - files, { timeout: 30_000 }).toBeLessThan(10);
  expect(residentBytes(server.pid) - before).toBeLessThan(150 * MEGABYTE);
}, 120_000);
