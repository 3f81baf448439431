import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Doc, encodeStateAsUpdate } from 'yjs';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { startApp, TOKEN } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { roomsOn } from '../../test/doubles/document-rooms-under-test.ts';
import { RoomClient } from '../../test/servers/room-client.ts';
import type { Action } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import type { SharedDocuments } from '../shared-document.ts';
import { MissingDocuments } from './missing-documents.ts';
import { Rooms } from './rooms.ts';
import { sessionRoutes } from './session-routes.ts';
import { TransientRooms } from './transient-rooms.ts';
import { roomUpgradeRoutes } from './upgrade-routes.ts';

interface Session {
  readonly format: string;
  readonly type: string;
  readonly fileId: string;
  readonly sessionId: string;
}

let app: AppUnderTest;
let sockets: ReturnType<typeof roomUpgradeRoutes>;
let documents: SharedDocuments;
let rooms: Rooms;
let transient: TransientRooms;
let refused: Action | null;
let save: () => Promise<void>;
const emitted: Readonly<Record<string, unknown>>[] = [];
const clients: RoomClient[] = [];

beforeEach(async () => {
  refused = null;
  save = () => Promise.resolve();
  emitted.length = 0;
  documents = await roomsOn(
    new MemoryEventLog(),
    new Map([
      ['a.txt', { type: 'file', text: 'one' }],
      ['n.ipynb', { type: 'notebook', notebook: notebookOf('1 + 1', '2 + 2') }],
    ]),
  );
  const authorize = (_: unknown, action: Action): void => {
    if (action === refused) throw new HttpError(403, 'Forbidden');
  };
  const logger = pino({ level: 'silent' });
  const missing = new MissingDocuments();
  transient = new TransientRooms();
  rooms = new Rooms({
    documents,
    missing,
    transient,
    authorize,
    logger,
    emit: (_, data) => void emitted.push(data),
    save: () => save(),
  });
  sockets = roomUpgradeRoutes({ rooms: () => Promise.resolve(rooms), authorize, logger });
  app = await startApp({
    authenticatedRoutes: () => [sessionRoutes({ documents, missing, authorize })],
    upgradeRoutes: sockets.routes,
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  transient.close();
  sockets.close();
  await documents.close();
  await app.close();
});

async function session(path: string, body: object = { format: 'json', type: 'notebook' }): Promise<Session> {
  const answer = await app.ask(`/api/collaboration/session/${path}`, {
    method: 'PUT',
    body: JSON.stringify(body),
  });
  return answer.json() as Session;
}

function enter(room: string, sessionId = '', doc = new Doc()): RoomClient {
  const url = `ws://127.0.0.1:${app.port}/api/collaboration/room/${room}?sessionId=${sessionId}&token=${TOKEN}`;
  const client = new RoomClient(url, doc);
  clients.push(client);
  return client;
}
const roomOf = ({ format, type, fileId }: Session): string => `${format}:${type}:${fileId}`;

async function open(path: string, doc = new Doc()): Promise<RoomClient> {
  const kind = path.endsWith('.ipynb')
    ? { format: 'json', type: 'notebook' }
    : { format: 'text', type: 'file' };
  const opened = await session(path, kind);
  const client = enter(roomOf(opened), opened.sessionId, doc);
  await client.synced;
  return client;
}

describe('a document', () => {
  test('is shared: what one types others get, and the room asks before it answers (contract §6.1)', async () => {
    const ada = await open('n.ipynb');
    const ben = await open('n.ipynb');
    expect(ada.heard.slice(0, 2)).toEqual(['step1', 'step2']);
    ada.source(0).insert(0, 'x = ');
    await ben.until(() => ben.sources[0] === 'x = 1 + 1');
    ben.source(1).insert(5, '!');
    await ada.until(() => ada.sources[1] === '2 + 2!');
    expect(ben.heard.filter((kind) => kind === 'update')).toHaveLength(1);
  });

  test('takes what a client had typed before it came, over and again', async () => {
    const ada = await open('n.ipynb');
    await ada.close();
    ada.source(0).insert(0, 'offline ');
    const again = await open('n.ipynb', ada.doc);
    const ben = await open('n.ipynb');
    await ben.until(() => ben.sources[0] === 'offline 1 + 1');
    expect(again.sources).toEqual(['offline 1 + 1', '2 + 2']);
  });

  test('I8: awareness goes to all, to the sender as well, and with those who leave', async () => {
    const ada = await open('n.ipynb');
    const ben = await open('n.ipynb');
    ada.awareness.setLocalState({ user: { name: 'Ada' } });
    await ben.until(() => ben.awareness.getStates().has(ada.doc.clientID));
    await ada.until(() => ada.heard.includes('awareness'));
    const late = await open('n.ipynb');
    await late.until(() => late.awareness.getStates().has(ada.doc.clientID));
    ada.socket.terminate();
    await ben.until(() => !ben.awareness.getStates().has(ada.doc.clientID));
  });

  test('a save is answered, also one that fails', async () => {
    const ada = await open('n.ipynb');
    expect(await ada.save()).toBe('success');
    save = () => Promise.reject(new Error('The disk is full'));
    expect(await ada.save()).toBe('failed');
  });

  test('waits for what its person has under way, but not for long for one that sleeps', async () => {
    const ada = await open('n.ipynb');
    const { fileId } = await session('n.ipynb');
    const { actor } = [...(await documents.open(fileId)).participants][0] ?? { actor: '' };
    ada.source(0).insert(0, 'now ');
    await rooms.upToDate(fileId, actor);
    expect((await documents.open(fileId)).model.getSource()).toMatchObject({
      cells: [{ source: 'now 1 + 1' }, {}],
    });
    ada.socket.pause();
    await rooms.upToDate(fileId, actor);
    ada.socket.resume();
  });

  test('of another history is refused, with what the client makes a dialog of (I3)', async () => {
    const opened = await session('n.ipynb');
    const { code, reason } = await enter(roomOf(opened), 'another').closed;
    expect(code).toBe(1003);
    expect(JSON.parse(reason)).toEqual({
      reason: 'unknown_session',
      sessionId: 'another',
      reloadable: true,
    });
  });

  test.each([
    ['none.ipynb', { format: 'json', type: 'notebook' }, 4404],
    ['a.txt', { format: 'base64', type: 'file' }, 4400],
  ])('that is no document (%s as %j) gets a session, and its room says why', async (path, kind, code) => {
    const opened = await session(path, kind);
    expect((await enter(roomOf(opened), opened.sessionId).closed).code).toBe(code);
  });

  test('I7: who may only read gets everything, and is closed once they change something', async () => {
    const ada = await open('n.ipynb');
    const { fileId } = await session('n.ipynb');
    refused = 'write';
    const reader = await open('n.ipynb');
    // The client does so by itself, once it has the document.
    reader.doc.getMap('state').set('document_id', `json:notebook:${fileId}`);
    expect(await reader.save()).toBe('failed');
    reader.source(0).insert(0, 'mine');
    const { code, reason } = await reader.closed;
    expect([code, JSON.parse(reason)]).toMatchObject([1003, { reason: 'initialization_error' }]);
    expect(ada.sources[0]).toBe('1 + 1');
    expect((await documents.open(fileId)).model.getState('document_id')).toBeUndefined();
  });

  test('I7: who may not read does not come in', async () => {
    const opened = await session('n.ipynb');
    refused = 'read';
    expect((await enter(roomOf(opened), opened.sessionId).closed).code).toBe(1006);
    const body = JSON.stringify({ format: 'json', type: 'notebook' });
    const answer = await app.ask('/api/collaboration/session/n.ipynb', { method: 'PUT', body });
    expect(answer.status).toBe(403);
  });

  test('is not harmed by what is no message, and the others go on', async () => {
    const [ada, ben] = [await open('n.ipynb'), await open('n.ipynb')];
    for (const bytes of [[0, 2, 200], [1, 9, 9], [2], [0, 2, 3, 1, 1, 5]]) {
      const rude = await open('n.ipynb');
      rude.socket.send(Uint8Array.from(bytes));
      expect((await rude.closed).code).toBe(1007);
    }
    ada.source(0).insert(0, '#');
    await ben.until(() => ben.sources[0] === '#1 + 1');
  });

  test('asks again for what an update builds on', async () => {
    const ada = await open('n.ipynb');
    const { fileId } = await session('n.ipynb');
    const behind = new Doc();
    const clients: Uint8Array[] = [];
    behind.on('update', (update: Uint8Array) => void clients.push(update));
    behind.getText('source').insert(0, 'a');
    behind.getText('source').insert(1, 'b');
    expect(clients).toHaveLength(2);
    // As a client's message that was lost on the way would leave it.
    ada.source(0).insert(0, 'before ');
    ada.socket.send(syncUpdate(clients[1] ?? new Uint8Array()));
    await ada.until(() => ada.heard.filter((kind) => kind === 'step1').length === 2);
    expect((await documents.open(fileId)).model.getSource()).toMatchObject({
      cells: [{ source: 'before 1 + 1' }, {}],
    });
  });

  test('I5: a client that never reads is closed with a reason, and the others go on', async () => {
    const [stuck, ada, ben] = [await open('n.ipynb'), await open('n.ipynb'), await open('n.ipynb')];
    stuck.socket.pause();
    const text = 'x'.repeat(1024 * 1024);
    // Far more than what the connection's own buffers take.
    for (let typed = 1; typed <= 24; typed += 1) {
      ada.source(0).insert(0, text);
      await ben.until(() => ben.sources[0]?.length === typed * text.length + '1 + 1'.length);
    }
    stuck.socket.resume();
    expect((await stuck.closed).code).toBe(1013);
  });

  test('events say who came and left, and what became of it', async () => {
    const ada = await open('n.ipynb');
    await ada.close();
    const { fileId } = await session('n.ipynb');
    const room = `json:notebook:${fileId}`;
    expect(emitted).toEqual([
      { roomid: room, username: expect.any(String) as string, action: 'join' },
      { level: 'INFO', room, path: 'n.ipynb', action: 'initialize', msg: 'New client connected.' },
      { roomid: room, username: expect.any(String) as string, action: 'leave' },
    ]);
  });
});

describe('a room that is no file’s', () => {
  const GLOBAL = 'JupyterLab:globalAwareness';

  test('I8: holds who is here while they are', async () => {
    const [ada, ben] = [enter(GLOBAL), enter(GLOBAL)];
    await Promise.all([ada.synced, ben.synced]);
    ada.awareness.setLocalState({ user: { name: 'Ada' }, documents: ['n.ipynb'] });
    await ben.until(() => ben.awareness.getStates().has(ada.doc.clientID));
    await ada.until(() => ada.heard.includes('awareness'));
    ada.socket.terminate();
    await ben.until(() => ben.awareness.getStates().size === 0);
    expect(emitted).toEqual([]);
  });

  test('I8: what somebody echoes of others stays those others’, and does not go with who echoed it', async () => {
    const [ada, ben, cid] = [enter(GLOBAL), enter(GLOBAL), enter(GLOBAL)];
    await Promise.all([ada.synced, ben.synced, cid.synced]);
    ada.awareness.setLocalState({ user: { name: 'Ada' } });
    await ben.until(() => ben.awareness.getStates().has(ada.doc.clientID));
    // As jupyter-collaboration's provider does: all that it knows, and what is its own.
    ben.awareness.setLocalState({ user: { name: 'Ben' } });
    ben.awareness.emit('update', [{ added: [], updated: [ada.doc.clientID], removed: [] }, 'test']);
    await cid.until(() => cid.awareness.getStates().size === 2);
    ben.socket.terminate();
    await cid.until(() => !cid.awareness.getStates().has(ben.doc.clientID));
    expect([...cid.awareness.getStates().keys()]).toEqual([ada.doc.clientID]);
  });

  test('keeps what is written into it as long as somebody is there', async () => {
    const [ada, ben] = [enter('board'), enter('board')];
    await Promise.all([ada.synced, ben.synced]);
    ada.doc.getText('source').insert(0, 'hello');
    await ben.until(() => ben.doc.getText('source').toJSON() === 'hello');
    expect(encodeStateAsUpdate(ben.doc)).toEqual(encodeStateAsUpdate(ada.doc));
  });
});

function syncUpdate(update: Uint8Array): Uint8Array {
  return Uint8Array.from([0, 2, update.length, ...update]);
}

function notebookOf(...sources: readonly string[]): Readonly<Record<string, unknown>> {
  const cells = sources.map((source, index) => ({
    id: `c${index}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
}
