import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalTerminals } from '../../kernel-bridge/terminals/local-terminals.ts';
import { startApp } from '../../test/doubles/app-under-test.ts';
import { FakePty } from '../../test/doubles/fake-pty.ts';
import type { Authorize } from '../auth/authorize.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { terminalRoutes } from './routes.ts';
import { Terminals } from './terminals.ts';

let root: string;
let now: number;
let ptys: FakePty[];
let host: LocalTerminals;
let terminals: Terminals;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'terminals-'));
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'file.txt'), '');
  now = 1_000;
  ptys = [];
  host = new LocalTerminals({
    now: () => now,
    spawn: (settings) => {
      ptys.push(new FakePty(settings));
      return ptys.at(-1) as FakePty;
    },
  });
  terminals = new Terminals({
    host,
    rootDirectory: root,
    serverUrl: () => 'http://127.0.0.1:8888/',
    shell: ['sh', '-l'],
    environment: { PATH: '/bin', LINES: '24', COLUMNS: '80', TERM: 'dumb' },
    logger: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  await host.close();
  rmSync(root, { recursive: true });
});

const ended = async (pty: FakePty | undefined): Promise<void> => {
  pty?.exit();
  await new Promise(setImmediate);
};

test('two that ask for one name watch the same', async () => {
  const [first, second] = await Promise.all([terminals.open('mine', null), terminals.open('mine', 'folder')]);
  expect(first).toBe(second);
  expect(terminals.get('mine')).toBe(first);
  expect(terminals.count).toBe(1);
});

test.each([
  [null, ''],
  ['', ''],
  ['folder', 'folder'],
  ['file.txt', ''],
  ['missing', ''],
  ['a\0b', ''],
])('asked for in %j start in "%s" of the root', async (cwd, directory) => {
  await terminals.open(null, cwd);
  expect(ptys[0]?.settings?.cwd).toBe(join(root, directory));
});

test('know the server, and no size that would be wrong after a change', async () => {
  await terminals.open(null, null);
  expect(ptys[0]?.settings).toMatchObject({
    command: ['sh', '-l'],
    env: {
      PATH: '/bin',
      TERM: 'xterm-256color',
      JUPYTER_SERVER_ROOT: root,
      JUPYTER_SERVER_URL: 'http://127.0.0.1:8888/',
    },
  });
  expect(Object.keys(ptys[0]?.settings?.env ?? {})).not.toContain('LINES');
  expect(Object.keys(ptys[0]?.settings?.env ?? {})).not.toContain('COLUMNS');
});

test('the last activity is remembered beyond the terminal that it was in', async () => {
  expect(terminals.lastActivity()).toBe(0);
  await terminals.open(null, null);
  now = 5_000;
  ptys[0]?.print('x');
  expect(terminals.lastActivity()).toBe(5_000);
  now = 6_000;
  ptys[0]?.print('bye');
  await ended(ptys[0]);
  expect(terminals.lastActivity()).toBe(6_000);
});

test('are left alone when the server closes, and none is opened after', async () => {
  await terminals.open(null, null);
  terminals.close();
  expect(ptys[0]?.signals).toEqual([]);
  await expect(terminals.open(null, null)).rejects.toMatchObject({ status: 503 });
});

test('cannot be opened while their host cannot be reached', async () => {
  await host.close();
  await expect(terminals.open(null, null)).rejects.toMatchObject({ status: 503 });
});

test('over HTTP: 200 for a new one, 404 for a missing one, 204 for its end', async () => {
  const app = await startApp({ authenticatedRoutes: () => [terminalRoutes(terminals, authorizeSignedIn)] });
  const ask = async (method: string, path: string, body?: unknown): Promise<[number, string]> => {
    const { status, text } = await app.ask(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return [status, text];
  };
  const one = '{"name":"1","last_activity":"1970-01-01T00:00:01.000000Z"}';
  expect(await ask('GET', '/api/terminals')).toEqual([200, '[]']);
  expect(await ask('POST', '/api/terminals')).toEqual([200, one]);
  expect(await ask('GET', '/api/terminals/1')).toEqual([200, one]);
  expect(await ask('GET', '/api/terminals')).toEqual([200, `[${one}]`]);
  expect(await ask('POST', '/api/terminals', { name: 7, cwd: null })).toEqual([200, one.replace('1', '7')]);
  expect(await ask('DELETE', '/api/terminals/7')).toEqual([204, '']);
  const missing = '{"message":"Terminal not found: 7","reason":null}';
  for (const method of ['GET', 'DELETE'])
    expect(await ask(method, '/api/terminals/7')).toEqual([404, missing]);
  for (const body of [{ name: 'a/b' }, { name: '../x' }, { name: {} }, { cwd: 5 }, [], 5])
    expect((await ask('POST', '/api/terminals', body))[0]).toBe(400);
  expect((await ask('GET', '/api/terminals/a%2Fb'))[0]).toBe(404);
  await app.close();
});

test('I7: whoever may only read opens and ends none', async () => {
  const reader: Authorize = (_identity, action) => {
    if (action !== 'read') throw new HttpError(403, 'Forbidden');
  };
  await terminals.open(null, null);
  const app = await startApp({ authenticatedRoutes: () => [terminalRoutes(terminals, reader)] });
  expect((await app.ask('/api/terminals')).status).toBe(200);
  expect((await app.ask('/api/terminals', { method: 'POST' })).status).toBe(403);
  expect((await app.ask('/api/terminals/1', { method: 'DELETE' })).status).toBe(403);
  expect(terminals.count).toBe(1);
  await app.close();
});
