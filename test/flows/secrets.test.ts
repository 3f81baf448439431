import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket, startKernel } from '../servers/kernel-socket.ts';
import { logText } from '../servers/log-command.ts';
import { startOurServer } from '../servers/our-server.ts';
import { TextSocket } from '../servers/text-socket.ts';

const TOKEN = 'a-token-that-appears-nowhere-else';
const VIEW = 'a-token-for-looking-that-appears-nowhere-else';
const PASSWORD = 'typed at a prompt';
const ANSWER = 'an answer that is no secret';

describe('I10: secrets', () => {
  let server: JupyterServerProcess;
  let connectionKey: string;
  let cookie: string;
  let events: TextSocket;
  let log: string;
  beforeAll(async () => {
    server = await startOurServer({ token: TOKEN, args: ['--log-level', 'debug', '--view-token', VIEW] });
    events = await TextSocket.open(server, `/api/events/subscribe?token=${TOKEN}`);
    const id = await startKernel(server);
    const file = readFileSync(join(server.folders.runtime, `kernel-${id}.json`), 'utf8');
    connectionKey = (JSON.parse(file) as { key: string }).key;
    const socket = await KernelSocket.open(server, id);
    await socket.execute('1');
    for (const [code, value] of [
      ['x = __import__("getpass").getpass()', PASSWORD],
      ['x = input()', ANSWER],
    ] as const) {
      const request = socket.start(code);
      await socket.find((m) => m.channel === 'stdin' && m.parent_header.msg_id === request.msg_id);
      socket.send('stdin', 'input_reply', { value, status: 'ok' });
      await socket.finish(request);
    }
    await socket.close();
    const page = await sendOk(server, { path: `/lab?token=${TOKEN}`, auth: 'none' });
    cookie =
      page.headers['set-cookie']
        ?.find((each) => each.startsWith('username-'))
        ?.split(';')[0]
        ?.split('=')[1] ?? '';
    expect(cookie.length).toBeGreaterThan(20);
    for (const path of [
      '/api/status?token=',
      '/api/status?%74oken=',
      '/lab?token=',
      '/login?next=%2Flab%3Ftoken%3D',
    ])
      await send(server, { path: `${path}wrong-token-of-somebody`, auth: 'none' });
    await sendOk(server, { path: `/lab?token=${VIEW}`, auth: 'none' });
    await send(server, { path: '/api/status', auth: 'none', headers: { authorization: `token ${VIEW}` } });
    await send(server, { path: `/missing/${VIEW}` });
    await send(server, { path: '/missing', headers: { cookie: `username-x=${cookie}` } });
    await send(server, { method: 'PUT', path: '/api/contents/a.txt', body: '{"broken' });
    const streams = (await logText(server, '--list'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { stream: string }).stream);
    log = (await Promise.all(streams.map((stream) => logText(server, stream)))).join('');
  });
  afterAll(() => server.close());

  test('the log holds the answer to a prompt, not that to a password prompt', () => {
    expect(log).toContain(ANSWER);
    expect(log).not.toContain(PASSWORD);
  });
  test('neither token, cookie nor connection key is in the event log', () => {
    for (const secret of [TOKEN, VIEW, cookie, connectionKey]) expect(log).not.toContain(secret);
  });
  test('nor, at debug level, in what the server prints, but for the address that it is ready at', () => {
    const printed = server.output().replace(/^.*is ready at .*$/m, '');
    expect(printed.length).toBeGreaterThan(100);
    for (const secret of [TOKEN, VIEW, cookie, connectionKey, PASSWORD, 'wrong-token-of-somebody'])
      expect(printed).not.toContain(secret);
  });
  test('nor in events', () => {
    const heard = JSON.stringify(events.received);
    expect(heard).toContain('kernel_actions');
    for (const secret of [TOKEN, cookie, connectionKey]) expect(heard).not.toContain(secret);
  });
  test('nor in the list of processes, its own or those of what it started', () => {
    for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const [command, environment] = ['cmdline', 'environ'].map((file) => {
        try {
          return readFileSync(`/proc/${entry}/${file}`, 'latin1');
        } catch {
          return ''; // It ended in the meantime, or belongs to somebody else.
        }
      });
      if (entry === String(server.pid)) expect(command).toContain('--token [secret]');
      for (const secret of [TOKEN, VIEW]) expect(`${command} ${environment}`).not.toContain(secret);
    }
  });
  test('a browser gets its own token in the page, and no key', async () => {
    const page = (await sendOk(server, { path: '/lab' })).text();
    expect(page).toContain(TOKEN);
    for (const path of [
      '/lab',
      '/tree',
      '/api/kernels',
      '/api/sessions',
      '/api/kernelspecs',
      '/lab/api/settings',
      '/metrics',
      '/api/me',
    ]) {
      const text = (await sendOk(server, { path })).text();
      expect(text, path).not.toContain(connectionKey);
      if (path.startsWith('/api') || path === '/metrics') expect(text, path).not.toContain(TOKEN);
    }
  });
  test('nobody gets the token without having it', async () => {
    for (const path of [
      '/',
      '/lab',
      '/tree',
      '/login',
      '/logout',
      '/api',
      '/missing',
      '/static/missing',
      '/lab/api/settings',
    ]) {
      const answer = await send(server, { path, auth: 'none' });
      expect(answer.text() + JSON.stringify(answer.headers), path).not.toContain(TOKEN);
    }
  });
  test('what it keeps is readable by its owner alone', () => {
    expect(statSync(server.folders.state).mode & 0o077).toBe(0);
    for (const entry of readdirSync(server.folders.state, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(statSync(join(server.folders.state, entry.name)).mode & 0o077, entry.name).toBe(0);
    }
  });
});
