import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { loggedEvents, logText } from '../servers/log-command.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import { serverEnvironment } from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';

describe('a server that is killed', () => {
  let server: JupyterServerProcess;
  afterEach(() => server.close());

  test('I1: whatever a client got before the kill is in the log, in the same order', async () => {
    server = await startOurServer();
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    socket.start('i = 0\nwhile True:\n    i += 1\n    print("line", i, flush=True)');
    await socket.until(() => socket.received.length > 500, '500 messages');
    process.kill(server.pid, 'SIGKILL');
    await socket.closed;
    await server.end('SIGKILL');
    const got = socket.received.filter((m) => m.channel === 'iopub').map((m) => m.header.msg_id);
    const logged = (await loggedEvents(server, `kernel/${id}`)).flatMap((event) =>
      event.type === 'kernel-message' && event.data['channel'] === 'iopub'
        ? [event.message?.header.msg_id]
        : [],
    );
    const from = logged.indexOf(got[0]);
    expect(from).toBeGreaterThanOrEqual(0);
    expect(logged.slice(from, from + got.length)).toEqual(got);
  });

  test('I1: a reply, a question for input and what was asked are in the log once a client knows of them', async () => {
    server = await startOurServer();
    const id = await startKernel(server);
    const socket = await KernelSocket.open(server, id);
    const { reply } = await socket.execute('40 + 2');
    const asking = socket.start('input("who? ")', {}, { cellId: 'cell-7' });
    const question = await socket.find((m) => m.channel === 'stdin');
    process.kill(server.pid, 'SIGKILL');
    await server.end('SIGKILL');
    const events = await loggedEvents(server, `kernel/${id}`);
    const messages = events.map((event) => event.message?.header.msg_id);
    expect(messages).toContain(reply.header.msg_id);
    expect(messages).toContain(question.header.msg_id);
    const asked = events.find((event) => event.data['messageId'] === asking.msg_id);
    expect(asked).toMatchObject({ type: 'execution-requested', data: { cellId: 'cell-7' } });
  });

  test('I6: a file is the old one or the new one, whenever the server is killed while it saves', async () => {
    server = await startOurServer();
    const { folders } = server;
    const versions = [0, 1, 2, 3, 4].map((version) => String(version).repeat(3_000_000));
    writeFileSync(join(folders.root, 'a.txt'), versions[0] as string);
    for (const content of versions.slice(1)) {
      const saving = send(server, {
        method: 'PUT',
        path: '/api/contents/a.txt',
        body: { type: 'file', format: 'text', content },
      }).catch(() => 'the server is gone, as it must be');
      await new Promise((resolve) => setTimeout(resolve, 4 * Number(content[0]) ** 2));
      await server.end('SIGKILL');
      await saving;
      expect(versions).toContain(readFileSync(join(folders.root, 'a.txt'), 'utf8'));
      server = await startOurServer({ folders });
    }
  });

  test('starts again on the same folders: files, sign-in and token are the same', async () => {
    server = await startOurServer({ args: ['--log-level', 'info'] });
    const login = await sendOk(server, { path: '/lab' });
    const cookie = login.headers['set-cookie']?.map((each) => each.split(';')[0]).join('; ') ?? '';
    await sendOk(server, {
      method: 'PUT',
      path: '/api/contents/a.txt',
      body: { type: 'file', format: 'text', content: 'a' },
    });
    const { port } = new URL(server.origin);
    await server.end('SIGKILL');
    server = await startOurServer({ folders: server.folders, args: ['--port', port] });
    expect(server.origin).toContain(port);
    const answer = await send(server, { path: '/api/contents/a.txt', auth: 'none', headers: { cookie } });
    expect(answer.json()).toMatchObject({ content: 'a' });
  });
});

describe('one server a root', () => {
  test('a second one prints the address of the first, and ends', async () => {
    const server = await startOurServer();
    try {
      const { folders } = server;
      const args = [
        '--no-browser',
        '--root',
        folders.root,
        '--port',
        '0',
        '--state',
        folders.state,
        '--prefix',
        PREFIX,
      ];
      const second = spawnSync(process.execPath, [MAIN, ...args], {
        env: serverEnvironment(folders),
        encoding: 'utf8',
        timeout: 20_000,
      });
      expect(second.stdout + second.stderr).toContain(server.origin);
      expect((await send(server, { path: '/api/status' })).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  test('"in-the-loop log" asks the running server, and reads the folder itself once it has ended', async () => {
    const server = await startOurServer();
    try {
      const id = await startKernel(server);
      const socket = await KernelSocket.open(server, id);
      await socket.execute('print("logged")');
      await socket.close();
      const running = await logText(server, `kernel/${id}`);
      expect(running).toContain('logged');
      expect(await logText(server, '--list')).toContain(`kernel/${id}`);
      await server.end('SIGTERM');
      const ended = await logText(server, `kernel/${id}`);
      expect(ended.startsWith(running)).toBe(true);
    } finally {
      await server.close();
    }
  });
});
