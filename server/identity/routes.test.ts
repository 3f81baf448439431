import { afterEach, beforeEach, expect, test } from 'vitest';
import { cookiePair, startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { identityRoutes } from './routes.ts';

/** May read contents, and change nothing but the own identity. */
const reader: Authorize = (_identity, action, resource) => {
  if (action !== 'read' && resource !== 'user') throw new HttpError(403, 'Forbidden');
};

let app: AppUnderTest;
beforeEach(async () => {
  app = await startApp({ authenticatedRoutes: (authenticator) => [identityRoutes(authenticator, reader)] });
});
afterEach(() => app.close());

const change = (body: unknown, headers: Record<string, string> = {}) =>
  app.ask('/api/me', {
    method: 'PATCH',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('tells a browser who it is, the same from request to request', async () => {
  const first = await app.ask('/api/me', { headers: { accept: 'text/html' } });
  const { identity } = first.json() as { identity: Record<string, unknown> };
  expect(Object.keys(identity)).toEqual([
    'username',
    'name',
    'display_name',
    'initials',
    'avatar_url',
    'color',
  ]);
  const cookie = cookiePair(first.cookies, 'username-');
  const again = await app.ask('/api/me', { auth: 'none', headers: { cookie } });
  expect(again.json()).toEqual(first.json());
});

test('tells what it may do, by the one function that decides', async () => {
  const permissions = encodeURIComponent('{"contents":["read","write"],"unheard-of":["execute"]}');
  expect((await app.ask(`/api/me?permissions=${permissions}`)).json()).toMatchObject({
    permissions: {
      contents: ['read'],
      'unheard-of': [],
      updatable_fields: ['name', 'display_name', 'initials', 'avatar_url', 'color'],
    },
  });
  expect((await app.ask('/api/me?1795226178250')).status).toBe(200);
});

test.each([
  ["x'", `got "x'"`],
  ['[]', "got '[]'"],
  ['{"a":1}', `got '{"a":1}'`],
  ['{"a":[1]}', `got '{"a":[1]}'`],
])('refuses the permissions %s in the words of Jupyter', async (asked, words) => {
  const answer = await app.ask(`/api/me?permissions=${encodeURIComponent(asked)}`);
  expect(answer.status).toBe(400);
  expect(answer.json()).toEqual({
    message: `permissions should be a JSON dict of {"resource": ["action",]}, ${words}`,
    reason: null,
  });
});

test('a changed name is kept in the cookie, and the user name stays', async () => {
  const before = (await app.ask('/api/me')).json() as { identity: { username: string } };
  const answer = await change({ name: 'Ada', display_name: '', color: 'red', initials: null });
  const identity = { ...before.identity, name: 'Ada', display_name: 'Ada', color: 'red', initials: null };
  expect(answer.json()).toEqual({ status: 'success', identity });
  const cookie = cookiePair(answer.cookies, 'username-');
  expect((await app.ask('/api/me', { auth: 'none', headers: { cookie } })).json()).toMatchObject({
    identity,
  });
});

test.each([
  [{}, 'Invalid or missing JSON body'],
  ['', 'Invalid or missing JSON body'],
  [[], 'Invalid or missing JSON body'],
  ['3', 'Invalid or missing JSON body'],
  ['{"', 'Invalid JSON in body of request'],
  [{ username: 'root' }, 'Field username is not updatable'],
  [{ name: 1 }, 'Field name must be text'],
  [{ avatar_url: 'x'.repeat(5000) }, 'The identity is too long to be kept in a cookie'],
])('refuses %j', async (body, message) => {
  const answer = await change(body);
  expect(answer.status).toBe(400);
  expect(answer.json()).toEqual({ message, reason: null });
});
