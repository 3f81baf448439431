import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Router } from 'express';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TOKEN, startApp } from '../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../test/doubles/app-under-test.ts';
import { loginRoutes } from './auth/login-routes.ts';
import { readTextBody } from './http-body.ts';

/** On a busy machine a second is soon over. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 });

let app: AppUnderTest;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  app = await startApp({
    publicRoutes: (authenticator, logger, sockets) => [loginRoutes(authenticator, sockets, logger)],
    authenticatedRoutes: () => [
      Router().put('/api/x', async (request, response) => response.end(await readTextBody(request))),
    ],
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

/** A request of which a part is sent; `seen` once the server works on it. */
async function begin(head: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(app.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.on('error', () => 'a connection that is cut is what is tested');
  await once(socket, 'connect');
  socket.write(`${head}\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nab`);
  await eventually(() => expect(vi.getTimerCount()).toBe(1));
  return { socket, received: () => text };
}

test.each([
  ['one who must log in', 'PUT /api/x HTTP/1.1'],
  ['one at the login', 'POST /login HTTP/1.1'],
  ['one who asks for what is no path', 'PUT http://evil.example/api/x HTTP/1.1'],
])('%s does not keep a connection by never ending', async (_, head) => {
  const { socket } = await begin(head);
  const closed = once(socket, 'close');
  vi.advanceTimersByTime(30_000);
  await closed;
});

test('whoever is signed in takes the time that it takes', async () => {
  const { socket, received } = await begin(`PUT /api/x HTTP/1.1\r\nAuthorization: token ${TOKEN}`);
  vi.advanceTimersByTime(3_600_000);
  socket.end('cde');
  await once(socket, 'close');
  expect(received()).toMatch(/^HTTP\/1\.1 200[^]*abcde/);
});

test('nothing is left to wait for after a request that ended', async () => {
  await app.ask('/api/x', { method: 'PUT', body: 'abcde' });
  await app.ask('/api/x', { method: 'PUT', auth: 'none', body: 'abcde' });
  await eventually(() => expect(vi.getTimerCount()).toBe(0));
});
