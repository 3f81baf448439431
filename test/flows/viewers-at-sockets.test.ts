import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { decodeLiveFrame, encodeLiveFrame } from '../../server/wire/live-frame.ts';
import type { LiveFrame } from '../../server/wire/live-frame.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';
import { RoomClient } from '../servers/room-client.ts';
import type { DialectName } from '../servers/websocket-dialects.ts';

const VIEW = 'token-for-looking';
const AS_VIEWER = { authorization: `token ${VIEW}` };
const TEXT = { type: 'file', format: 'text' } as const;
const OUTSIDE = [
  '../outside.txt',
  '/../outside.txt',
  'folder/../../outside.txt',
  '.hidden.txt',
  '..%2Foutside.txt',
];

let server: JupyterServerProcess;
async function start(collaboration: 'on' | 'stock'): Promise<void> {
  server = await startOurServer({ args: ['--collaboration', collaboration, '--view-token', VIEW] });
  const { root, own } = server.folders;
  writeFileSync(join(root, 'a.txt'), 'shared');
  writeFileSync(join(root, '.hidden.txt'), 'hidden');
  writeFileSync(join(own, 'outside.txt'), 'outside');
  mkdirSync(join(root, 'folder'));
}
afterEach(() => server.close());

const urlOf = (path: string): string => `${server.origin.replace('http', 'ws')}${path}`;
const contentOf = async (path: string): Promise<unknown> =>
  (await sendOk(server, { path: `/api/contents/${path}` })).json()['content'];

/** One page at the live websocket. */
class LiveClient {
  readonly messages: { readonly type: string; readonly [key: string]: unknown }[] = [];
  readonly doc = new Y.Doc();
  readonly socket: WebSocket;
  readonly closed: Promise<unknown>;

  constructor(headers: Record<string, string>) {
    this.socket = new WebSocket(urlOf('/api/in-the-loop/v1/live'), { headers });
    this.closed = once(this.socket, 'close');
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return void this.messages.push(JSON.parse(data.toString()) as never);
      const frame = decodeLiveFrame(new Uint8Array(data));
      if (frame.kind === 'missing' || frame.kind === 'update') Y.applyUpdate(this.doc, frame.payload);
    });
  }

  async open(path: string): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) {
      await once(this.socket, 'open');
      this.say({ type: 'hello', protocol: 1 });
    }
    this.say({ type: 'open', handle: 1, path, kind: TEXT });
    await expect.poll(() => this.messages.at(-1)?.type).toMatch(/opened|refused/);
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  frame(kind: LiveFrame['kind'], payload: Uint8Array): void {
    this.socket.send(encodeLiveFrame({ handle: 1, kind, payload }));
  }

  heard(type: string): unknown {
    return this.messages.findLast((message) => message.type === type);
  }
}

describe.each(['v1', 'legacy'] satisfies DialectName[])(
  'I7: a viewer at a kernel, in the dialect %s',
  (dialect) => {
    test('runs nothing, answers no prompt, talks to no widget and ends nothing', async () => {
      await start('on');
      const id = await startKernel(server);
      const worker = await KernelSocket.open(server, id, { dialect });
      const viewer = await KernelSocket.open(server, id, { dialect, headers: AS_VIEWER });
      await worker.execute(
        'heard = []\nget_ipython().kernel.comm_manager.register_target("t", lambda comm, message: heard.append(message))',
      );
      const asking = worker.start('heard.append(input())');
      await worker.find(({ header }) => header.msg_type === 'input_request', 'prompt');
      const run = { code: 'heard.append(1)', silent: false, store_history: true, user_expressions: {} };
      for (const channel of ['shell', 'control', 'stdin', 'iopub']) {
        viewer.send(channel, 'execute_request', run);
        viewer.send(channel, 'input_reply', { value: 'theirs', status: 'ok' });
        viewer.send(
          channel,
          'comm_open',
          { comm_id: 'c', target_name: 't', data: {} },
          { buffers: [Buffer.from('x')] },
        );
        viewer.send(channel, 'comm_msg', { comm_id: 'c', data: {} });
        viewer.send(channel, 'comm_close', { comm_id: 'c', data: {} });
        viewer.send(channel, 'interrupt_request', {});
        viewer.send(channel, 'shutdown_request', { restart: false });
        viewer.send(channel, 'debug_request', {
          type: 'request',
          seq: 1,
          command: 'initialize',
          arguments: {},
        });
        viewer.send(channel, 'complete_request', { code: 'he', cursor_pos: 2 });
        viewer.send(channel, 'history_request', {
          hist_access_type: 'tail',
          n: 10,
          output: false,
          raw: true,
        });
      }
      // What it may ask is answered, so all before has been read.
      const info = viewer.send('shell', 'comm_info_request', {});
      worker.send('stdin', 'input_reply', { value: 'mine', status: 'ok' });
      await worker.finish(asking);
      await viewer.find(({ parent_header }) => parent_header?.msg_id === info.msg_id, 'answer');
      expect((await worker.execute('print(heard)')).text).toBe("['mine']\n");
      // What a cell asks is asked of whoever ran it.
      expect(viewer.received.map(({ header }) => header.msg_type)).not.toContain('input_request');
      const replies = viewer.received.filter(
        ({ header, parent_header }) =>
          header.msg_type.endsWith('_reply') && parent_header?.session === viewer.sessionId,
      );
      expect(replies.map(({ header }) => header.msg_type)).not.toContain('execute_reply');
      expect((await sendOk(server, { path: `/api/kernels/${id}` })).status).toBe(200);
      await Promise.all([worker.close(), viewer.close()]);
    });
  },
);

test('I7: at the live socket a viewer sees, and what it types or saves is refused', async () => {
  await start('on');
  const viewer = new LiveClient(AS_VIEWER);
  await viewer.open('a.txt');
  expect(viewer.heard('opened')).toMatchObject({ readOnly: true });
  viewer.frame('state-vector', Y.encodeStateVector(viewer.doc));
  await expect.poll(() => viewer.doc.getText('source').toJSON()).toBe('shared');
  viewer.say({ type: 'save', handle: 1, request: 7 });
  await expect.poll(() => viewer.heard('saved')).toHaveProperty('error');
  viewer.doc.once('update', (update: Uint8Array) => viewer.frame('update', update));
  viewer.doc.getText('source').insert(0, 'mine ');
  await expect.poll(() => viewer.heard('ended')).toMatchObject({ handle: 1, reason: 'read-only' });
  expect(await contentOf('a.txt')).toBe('shared');
  for (const path of OUTSIDE) {
    viewer.messages.length = 0;
    await viewer.open(path);
    expect(viewer.messages, path).toMatchObject([{ type: 'refused' }]);
  }
  viewer.socket.close();
});

test('I7: nor does a viewer change a room of a fork, or open what is not served', async () => {
  await start('stock');
  const { fileId, sessionId } = (
    await sendOk(server, { method: 'PUT', path: '/api/collaboration/session/a.txt', body: TEXT })
  ).json<{ fileId: string; sessionId: string }>();
  const room = `text:file:${fileId}`;
  const fork = await sendOk(server, { method: 'PUT', path: `/api/collaboration/fork/${room}`, body: {} });
  const forkRoom = fork.json<{ fork_roomid: string }>().fork_roomid;
  const enter = async (headers: Record<string, string>): Promise<RoomClient> => {
    const url = urlOf(`/api/collaboration/room/${forkRoom}?sessionId=${sessionId}`);
    const client = new RoomClient(url, new Y.Doc(), headers);
    await client.synced;
    return client;
  };
  const worker = await enter({ authorization: `token ${server.token}` });
  const viewer = await enter(AS_VIEWER);
  expect(viewer.doc.getText('source').toJSON()).toBe('shared');
  viewer.doc.getText('source').insert(0, 'mine ');
  const { code, reason } = await viewer.closed;
  expect([code, reason]).toEqual([1008, 'This may be read and not changed']);
  worker.doc.getText('source').insert(0, 'ours ');
  const again = await enter(AS_VIEWER);
  await again.until(() => again.doc.getText('source').toJSON() === 'ours shared');
  await Promise.all([worker.close(), again.close()]);
  for (const path of OUTSIDE) {
    const asked = `/api/collaboration/session/${encodeURIComponent(path)}`;
    const body = { method: 'PUT', path: asked, body: TEXT, auth: 'none', headers: AS_VIEWER } as const;
    const answer = await send(server, body);
    if (answer.status >= 400) continue;
    // As in jupyter-collaboration, that there is no such file is said by the room.
    const outside = answer.json<{ fileId: string; sessionId: string }>();
    const url = urlOf(`/api/collaboration/room/text:file:${outside.fileId}?sessionId=${outside.sessionId}`);
    const client = new RoomClient(url, new Y.Doc(), AS_VIEWER);
    expect((await client.closed).code, path).toBeGreaterThanOrEqual(4400);
    expect(client.doc.getText('source').toJSON()).toBe('');
  }
});

test('I7: who logs out is cut off from documents and kernels at once, and does not come back', async () => {
  await start('on');
  const id = await startKernel(server);
  const page = await sendOk(server, { path: '/lab', headers: { accept: 'text/html' } });
  const cookie = (page.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
  const live = new LiveClient({ cookie });
  await live.open('a.txt');
  const kernel = await KernelSocket.open(server, id, { headers: { cookie } });
  const other = await KernelSocket.open(server, id);
  await send(server, { path: '/logout', auth: 'none', headers: { cookie } });
  await Promise.all([live.closed, kernel.closed]);
  expect((await other.execute('print(1)')).text).toBe('1\n');
  await other.close();
});
