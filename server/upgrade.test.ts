import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { TOKEN, cookiePair, startApp } from '../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../test/doubles/app-under-test.ts';
import { loginRoutes } from './auth/login-routes.ts';
import { HttpError } from './http-error.ts';
import type { Upgrade, UpgradeRoute } from './upgrade-route.ts';

const sockets = new WebSocketServer({ noServer: true });
const seen: Upgrade[] = [];
const routes: UpgradeRoute[] = [
  {
    pattern: /^\/echo\/([^/]+)$/,
    handle(upgrade) {
      seen.push(upgrade);
      sockets.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => socket.send('hello'));
    },
  },
  {
    pattern: /^\/missing$/,
    handle: () => Promise.reject(new HttpError(404, 'Kernel does not exist: x')),
  },
  {
    pattern: /^\/broken$/,
    handle: () => Promise.reject(new Error('a secret detail')),
  },
  {
    pattern: /^\/late$/,
    handle({ socket }) {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      throw new HttpError(500, 'too late');
    },
  },
];

let app: AppUnderTest;
afterEach(() => app.close());

interface Handshake {
  readonly status: number;
  readonly text: string;
}

/** 101 with the first message, or the refusal. */
function open(path: string, headers: Record<string, string> = {}): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`, { headers });
    socket.once('error', reject);
    socket.once('message', (data) => {
      resolve({ status: 101, text: (data as Buffer).toString() });
      socket.terminate();
    });
    socket.once('unexpected-response', (_request, answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += String(chunk)));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
  });
}
const token = { authorization: `token ${TOKEN}` };

test('hands a request to its route, with decoded groups, query and identity', async () => {
  app = await startApp({ upgradeRoutes: routes, baseUrl: '/a/b/' });
  expect(await open('/a/b/echo/caf%C3%A9%2F1?session_id=s&123', token)).toEqual({
    status: 101,
    text: 'hello',
  });
  const upgrade = seen.at(-1);
  expect(upgrade?.parameters).toEqual(['café/1']);
  expect(upgrade?.query.get('session_id')).toBe('s');
  expect(upgrade?.identity.name).toMatch(/^Anonymous /);
  expect(await open(`/a/b/echo/x?token=${TOKEN}`)).toMatchObject({ status: 101 });
  expect(await open('/echo/x', token)).toMatchObject({ status: 404 });
});

test('refuses what is unknown, unsigned, from elsewhere or undecodable before any route sees it', async () => {
  app = await startApp({ upgradeRoutes: routes });
  seen.length = 0;
  expect(await open('/unknown')).toMatchObject({ status: 404, text: 'Not Found\n' });
  expect(await open('/echo/x')).toMatchObject({ status: 403 });
  expect(await open('/echo/x', { authorization: 'token wrong' })).toMatchObject({ status: 403 });
  expect(await open('/echo/x', { ...token, host: 'evil.example' })).toMatchObject({ status: 403 });
  expect(await open('/echo/%ff', token)).toMatchObject({ status: 400 });
  expect(seen).toEqual([]);
});

test('a foreign page does not get in with the cookie that the browser sends along', async () => {
  app = await startApp({ upgradeRoutes: routes });
  const cookie = cookiePair((await app.ask('/nothing')).cookies, 'username-');
  expect(await open('/echo/x', { cookie })).toMatchObject({ status: 101 });
  expect(await open('/echo/x', { cookie, origin: `http://127.0.0.1:${app.port}` })).toMatchObject({
    status: 101,
  });
  expect(await open('/echo/x', { cookie, origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  expect(await open('/echo/x', { ...token, origin: 'https://evil.example' })).toMatchObject({ status: 101 });
});

test('I7: who logs out loses the sockets that their cookie opened, and nobody else loses any', async () => {
  app = await startApp({
    upgradeRoutes: routes,
    publicRoutes: (authenticator, logger, signedIn) => [loginRoutes(authenticator, signedIn, logger)],
  });
  const loggedIn = async (): Promise<string> => {
    const page = await app.ask('/nothing', { headers: { accept: 'text/html' } });
    return cookiePair(page.cookies, 'username-');
  };
  const [ada, ben] = [await loggedIn(), await loggedIn()];
  const headers: readonly Record<string, string>[] = [
    { cookie: ada },
    // A page that came with its token shows it at its sockets, too.
    { cookie: ada, ...token },
    { cookie: ben },
    token,
  ];
  const opened = headers.map((each) => new WebSocket(`ws://127.0.0.1:${app.port}/echo/x`, { headers: each }));
  await Promise.all(opened.map((socket) => once(socket, 'message')));
  const [first, second] = opened.map((socket) => once(socket, 'close'));
  await app.ask('/logout', { auth: 'none', headers: { cookie: ada } });
  await Promise.all([first, second]);
  expect(opened.map(({ readyState }) => readyState === WebSocket.OPEN)).toEqual([false, false, true, true]);
  for (const socket of opened) socket.terminate();
});

test('answers with the status that a route refuses with, and tells nobody of what went wrong inside', async () => {
  app = await startApp({ upgradeRoutes: routes });
  expect(await open('/missing', token)).toEqual({ status: 404, text: 'Kernel does not exist: x\n' });
  expect(await open('/broken', token)).toEqual({ status: 500, text: 'Unhandled error\n' });
  expect(app.logged.join()).toContain('a secret detail');
});

test('cuts the connection where a route fails after it has answered', async () => {
  app = await startApp({ upgradeRoutes: routes });
  const text = await new Promise<string>((resolve) => {
    const request = `GET /late HTTP/1.1\r\nHost: localhost\r\nAuthorization: token ${TOKEN}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    const socket = connect(app.port, '127.0.0.1', () => socket.write(request));
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.once('close', () => resolve(received));
    // Cut off is what it is to be.
    socket.once('error', () => undefined);
  });
  expect(text).not.toContain('500');
});

test('a refused client cannot keep its connection by never closing it', async () => {
  app = await startApp({ upgradeRoutes: routes });
  const socket = connect({ port: app.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(
    'GET /echo/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  );
  socket.resume();
  await new Promise((resolve) => socket.once('end', resolve));
  socket.on('error', () => 'that it cannot write any more is told to the write');
  await new Promise<void>((resolve) => {
    const write = (): void =>
      void socket.write('still there', (error) => (error ? resolve() : setImmediate(write)));
    write();
  });
});

test('I10: the token of a refused websocket is not logged', async () => {
  app = await startApp({ upgradeRoutes: routes });
  await open(`/missing?token=${TOKEN}`);
  await open('/missing?token=a-wrong-one');
  expect(app.logged.join()).toContain('/missing?token=[secret]');
  expect(app.logged.join()).not.toMatch(new RegExp(`${TOKEN}|a-wrong-one`));
});
