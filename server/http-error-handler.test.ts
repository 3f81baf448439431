import { once } from 'node:events';
import { connect } from 'node:net';
import { Router } from 'express';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TOKEN, startApp } from '../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../test/doubles/app-under-test.ts';
import { readJsonBody } from './http-body.ts';
import { HttpError } from './http-error.ts';

/** On a busy machine a second is soon over. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 5 });

let app: AppUnderTest;
const thrown: Record<string, unknown> = {
  teapot: new HttpError(418, ''),
  unknown: new HttpError(499, ''),
  worded: new HttpError(409, '<b>"why"</b>', 'Über & out'),
  ours: new HttpError(503, 'full', null, { cause: new Error('the disk') }),
  library: Object.assign(new Error('a range that is none'), { status: 416 }),
  pretending: Object.assign(new Error('a secret detail'), { status: 502 }),
  text: 'a secret detail',
};

beforeAll(async () => {
  const router = Router();
  router.get(['/api/throws/:what', '/throws/:what'], (request) => {
    throw thrown[String(request.params['what'])];
  });
  router.post('/api/body', async (request, response) => response.json(await readJsonBody(request)));
  app = await startApp({ authenticatedRoutes: () => [router] });
});
afterAll(() => app.close());

const unexpected = { message: 'Unhandled error', reason: null, traceback: '' };

test.each([
  ['teapot', 418, "I'm a Teapot", { message: "I'm a Teapot", reason: null }],
  ['unknown', 499, 'unknown', { message: 'Unknown HTTP Error', reason: null }],
  ['worded', 409, '?ber & out', { message: '<b>"why"</b>', reason: 'Über & out' }],
  ['ours', 503, 'Service Unavailable', { message: 'full', reason: null }],
  ['library', 416, 'Range Not Satisfiable', { message: 'a range that is none', reason: null }],
  ['pretending', 500, 'Internal Server Error', unexpected],
  ['text', 500, 'Internal Server Error', unexpected],
])('an API that throws what is called "%s" answers %i %s', async (what, status, reason, body) => {
  const answer = await app.ask(`/api/throws/${what}`);
  expect([answer.status, answer.reason, answer.json()]).toEqual([status, reason, body]);
  expect(answer.headers['content-type']).toBe('application/json');
});

test('a page says the same for people, and nothing of it is markup', async () => {
  const answer = await app.ask('/throws/worded');
  expect(answer.text).toContain('<h1>409 : Über &amp; out</h1>');
  expect(answer.text).toContain('&lt;b&gt;&quot;why&quot;&lt;/b&gt;');
  expect((await app.ask('/throws/text')).text).not.toContain('secret');
});

test('what is our fault is logged with its cause, what is the client’s is not', async () => {
  const logged = async (what: string): Promise<string> => {
    const before = app.logged.length;
    await app.ask(`/api/throws/${what}`);
    return app.logged.slice(before).join('');
  };
  expect(await logged('ours')).toContain('the disk');
  expect(await logged('pretending')).toContain('a secret detail');
  expect(await logged('library')).not.toContain('a range that is none');
});

test('a client that goes away in the middle of its body is no error of ours', async () => {
  const before = app.logged.length;
  const socket = connect(app.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /api/body HTTP/1.1\r\nHost: localhost\r\nAuthorization: token ${TOKEN}\r\nContent-Length: 100\r\n\r\n{"half": `,
    () => socket.destroy(),
  );
  const since = (): string => app.logged.slice(before).join('');
  await eventually(() => expect(since()).toContain('A client went away during its request'));
  await eventually(() => expect(since()).toContain('(the client went away)'));
  expect(since()).not.toMatch(/"level":(50|60)/);
  expect((await app.ask('/api/body', { method: 'POST', body: '{}' })).status).toBe(200);
});
