import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { logText } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';
import { RoomClient } from '../servers/room-client.ts';

let server: JupyterServerProcess;
afterEach(() => server.close());

const state = (...names: string[]): string => join(server.folders.state, ...names);

/** Some bytes in the middle of a file are others than were written. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  for (let at = Math.floor(bytes.length / 2); at < bytes.length / 2 + 16; at++)
    bytes[at] = ~(bytes[at] ?? 0) & 255;
  writeFileSync(path, bytes);
}

const filesOf = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && statSync(join(folder, name)).isFile())
    .map((name) => join(folder, name));

test('I1, I4: a server whose log, spool and checkpoint are damaged starts, says so, and goes on with its kernels', async () => {
  server = await startOurServer();
  const name = 'a.ipynb';
  const content = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const notebook = { type: 'notebook', format: 'json', content };
  await sendOk(server, { method: 'PUT', path: `/api/contents/${name}`, body: notebook });
  const session = { path: name, name, type: 'notebook', kernel: { name: 'python3' } };
  const opened = await sendOk(server, { method: 'POST', path: '/api/sessions', body: session });
  const { id } = opened.json<{ kernel: { id: string } }>().kernel;
  const socket = await KernelSocket.open(server, id);
  await socket.execute('kept = 1\nprint("before", 0)');
  // On a busy machine all of these go into the log as one, and are lost as one.
  await socket.execute('for i in range(1, 300): print("before", i, flush=True)');
  const { port } = new URL(server.origin);
  socket.start(
    'import time\nfor i in range(400):\n    print("meanwhile", i, "x" * 1000, flush=True)\n    time.sleep(0.001)\nopen("said", "w").close()',
  );
  await socket.until(
    () => socket.received.some(({ content }) => String(content['text']).startsWith('meanwhile')),
    'output',
  );
  await server.end('SIGKILL');
  // All of it waits in the spool now.
  for (let tries = 0; tries < 200 && !existsSync(join(server.folders.root, 'said')); tries++) await sleep(50);
  await sleep(200);

  const [log] = filesOf(state('events'), /\d+\.log$/).sort((a, b) => statSync(b).size - statSync(a).size);
  damage(log as string);
  const spool = filesOf(state('supervisor-1', 'kernels', id), /spool.*\d/).filter(
    (path) => statSync(path).size > 0,
  );
  expect(spool).not.toEqual([]);
  damage(spool.at(-1) as string);
  for (const checkpoint of filesOf(state('runs'), /./))
    truncateSync(checkpoint, statSync(checkpoint).size / 2);

  server = await startOurServer({ folders: server.folders, args: ['--port', port] });
  const again = await KernelSocket.open(server, id);
  expect((await again.execute('print(kept)')).text).toBe('1\n');
  const text = await logText(server, `kernel/${id}`);
  // What lies before and behind the damage is there.
  expect(text).toContain('before 0\\n');
  expect(text).toContain('meanwhile 399 ');
  // What is missing between is said: of the log where it stands, of the spool by who keeps it.
  expect(text).toContain('"unreadable"');
  const supervisorLog = readFileSync(state('supervisor-1', 'supervisor.log'), 'utf8');
  expect(supervisorLog).toMatch(/damaged/);
  await again.close();
});

const asText = { type: 'file', format: 'text' };
const WORDS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

async function enterRoom(): Promise<RoomClient> {
  const path = '/api/collaboration/session/a.txt';
  const { fileId, sessionId } = (await sendOk(server, { method: 'PUT', path, body: asText })).json<{
    fileId: string;
    sessionId: string;
  }>();
  const room = `/api/collaboration/room/text:file:${fileId}?sessionId=${sessionId}&token=${server.token}`;
  const client = new RoomClient(`${server.origin.replace('http', 'ws')}${room}`);
  const ended = await Promise.race([client.synced, client.closed]);
  // The epoch that it was told of is over: a client asks anew.
  return ended?.reason.includes('unknown_session') === true ? enterRoom() : client;
}
const wordsIn = ({ doc }: RoomClient): string[] =>
  doc
    .getText('source')
    .toJSON()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');

test('I3, I6: whichever bits of a document are turned over on disk, it opens again, with what is in its file', async () => {
  server = await startOurServer({ args: ['--collaboration', 'stock'] });
  await sendOk(server, { method: 'PUT', path: '/api/contents/a.txt', body: { ...asText, content: 'begun' } });
  const ada = await enterRoom();
  for (const word of WORDS) {
    ada.doc.getText('source').insert(0, `${word} ${'x'.repeat(5000)}\n`);
    expect(await ada.save()).toBe('success');
  }
  const typed = ada.doc.getText('source').toJSON();
  await server.end('SIGKILL');
  const kept = join(server.folders.own, 'kept');
  cpSync(server.folders.state, kept, { recursive: true });
  for (const word of WORDS) {
    const [log = ''] = filesOf(state('events'), /\d+\.log$/).sort(
      (a, b) => statSync(b).size - statSync(a).size,
    );
    const bytes = readFileSync(log);
    const at = bytes.indexOf(word);
    expect(at).toBeGreaterThan(0);
    for (let byte = at; byte < at + word.length; byte += 1)
      bytes.writeUInt8(~bytes.readUInt8(byte) & 255, byte);
    writeFileSync(log, bytes);
    server = await startOurServer({ folders: server.folders, args: ['--collaboration', 'stock'] });
    const ben = await enterRoom();
    expect(wordsIn(ben), word).toEqual(wordsIn(ada));
    ben.doc.getText('source').insert(0, `and ${word}\n`);
    expect(await ben.save()).toBe('success');
    await server.end('SIGKILL');
    // The next round begins with what there was.
    rmSync(server.folders.state, { recursive: true });
    cpSync(kept, server.folders.state, { recursive: true });
    writeFileSync(join(server.folders.root, 'a.txt'), typed);
  }
});
