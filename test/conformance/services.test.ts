import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { send } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import type { Deviation } from './deviation.ts';
import { startServerPair } from './server-pair.ts';

function writeConfig({ folders }: JupyterServerProcess): void {
  const section = join(folders.config, 'serverconfig');
  mkdirSync(join(section, 'layered.d'), { recursive: true });
  writeFileSync(join(section, 'layered.json'), '{"a": {"b": 1, "c": 2}, "d": [1]}');
  writeFileSync(join(section, 'layered.d', 'more.json'), '{"a": {"b": 3}, "e": true}');
  mkdirSync(join(folders.root, 'folder'));
}
const pair = startServerPair(writeConfig);
const row = (method: string, path: string, body?: unknown, more: Partial<RequestRow> = {}): RequestRow => ({
  method,
  path,
  ...(body === undefined ? {} : { body }),
  ...more,
});
const anonymous: Partial<RequestRow> = { auth: 'none', note: 'without a token' };
// A user without a name gets a random moon's name.
const person = ['username', 'name', 'display_name', 'initials'];

const notAnObject: Deviation = {
  because: 'jupyter_server fails with an unhandled error where the client has made a mistake',
  ours: {
    status: 400,
    reason: 'Bad Request',
    body: { message: 'A configuration section must be a JSON object', reason: null },
  },
};

compareRequests('configuration sections', pair, [
  row('GET', '/api/config/new_section'),
  row('PUT', '/api/config/new_section', { a: 1, b: { c: 2 } }),
  row('GET', '/api/config/new_section', undefined, { note: 'after PUT' }),
  row('PATCH', '/api/config/new_section', { b: { d: 3 }, a: null }),
  row('GET', '/api/config/new_section', undefined, { note: 'after PATCH' }),
  row('PATCH', '/api/config/other_section', { x: { y: null, z: 1 } }),
  row('GET', '/api/config/layered'),
  row('PATCH', '/api/config/layered', { a: { c: null } }),
  row('GET', '/api/config/layered', undefined, { note: 'after PATCH' }),
  row('GET', '/api/config/jupyterlabapputilsextensionannouncements'),
  row('GET', '/api/config/a.b-c_d'),
  row('GET', '/api/config/..%2Fescape'),
  row('PUT', '/api/config/..%2Fescape', {}),
  row('GET', '/api/config'),
  row('PUT', '/api/config/broken', '{"a"'),
  row('PUT', '/api/config/no_body', undefined, { deviation: notAnObject }),
  row('PATCH', '/api/config/list', '[1]', { deviation: notAnObject }),
  row('GET', '/api/config/with-dash'),
  row('DELETE', '/api/config/new_section'),
]);

compareRequests('identity', pair, [
  row('GET', '/api/me', undefined, { ignore: person }),
  row(
    'GET',
    `/api/me?permissions=${encodeURIComponent('{"contents":["read","write"],"nonsense":["read"]}')}`,
    undefined,
    { ignore: person },
  ),
  row('GET', `/api/me?permissions=${encodeURIComponent('{"contents":"read"}')}`, undefined, {
    ignore: person,
  }),
  row('GET', `/api/me?permissions=nonsense`),
  row('GET', `/api/me?permissions=${encodeURIComponent('[1]')}`),
  row('GET', '/api/me?1795226178250', undefined, { ignore: person }),
  row('PATCH', '/api/me', { color: 'red' }, { ignore: person }),
  row('PATCH', '/api/me', { nonsense: 1 }),
  row('GET', '/api/me', undefined, anonymous),
  row('POST', '/api/me', {}),
]);

compareRequests('the server itself', pair, [
  row('GET', '/api'),
  row('GET', '/api', undefined, anonymous),
  row('GET', '/api/'),
  row('GET', '/api/status'),
  row('GET', '/api/status', undefined, anonymous),
  row('GET', '/api/nonsense'),
  row('GET', '/api/nonsense', undefined, anonymous),
  row('GET', '/nonsense'),
  row('POST', '/nonsense', {}),
  row('POST', '/api/security/csp-report', { 'csp-report': { 'blocked-uri': 'x' } }),
  row('GET', '/api/security/csp-report'),
  row('GET', '/api/spec.yaml', undefined, anonymous),
  row('GET', '/metrics', undefined, anonymous),
  row('DELETE', '/api/status'),
  row('OPTIONS', '/api/status'),
  row('GET', '/api/shutdown'),
]);

const event = (
  data: unknown,
  schema = 'https://events.jupyter.org/jupyter_server/contents_service/v1',
): unknown => ({
  schema_id: schema,
  version: '1',
  data,
});

const badTimestamp: Deviation = {
  because: 'jupyter_server shows the text of an exception, with the line ends and spaces of its source',
  ours: {
    body: {
      message:
        'Failed to parse timestamp from JSON request body, an ISO format datetime string with UTC offset is expected, for example, 2022-05-26T13:50:00+05:00Z',
      reason: null,
    },
  },
};
const checkedAlways = (message: string): Deviation => ({
  because:
    'jupyter_server takes any event while nobody listens; whether it is valid should not depend on that',
  ours: {
    status: 400,
    reason: 'Bad Request',
    body: { message, reason: null },
    'header access-control-allow-origin': undefined,
    'header content-type': 'application/json',
  },
});
const errorGivesXsrfCookie =
  '_xsrf=…; expires=<date>; path=/ | username-127-0-0-1-<port>=…; expires=<date>; httponly; path=/';

compareRequests('events', pair, [
  row('POST', '/api/events', event({ action: 'get', path: 'a' })),
  row(
    'POST',
    '/api/events',
    {
      ...(event({ action: 'save', path: 'a' }) as object),
      timestamp: '2026-01-02T03:04:05Z',
    },
    { note: 'timestamp without an offset', deviation: badTimestamp },
  ),
  row(
    'POST',
    '/api/events',
    {
      ...(event({ action: 'save', path: 'a' }) as object),
      timestamp: '2026-01-02T03:04:05+00:00Z',
    },
    { note: 'timestamp' },
  ),
  row(
    'POST',
    '/api/events',
    { ...(event({ action: 'save', path: 'a' }) as object), timestamp: 'yesterday' },
    { note: 'bad timestamp', deviation: badTimestamp },
  ),
  row('POST', '/api/events', event({ action: 'nonsense', path: 'a' }), {
    note: 'unknown action',
    deviation: checkedAlways(
      "'nonsense' is not one of ['get', 'create', 'save', 'upload', 'rename', 'copy', 'delete']",
    ),
  }),
  row('POST', '/api/events', event({ path: 'a' }), {
    note: 'no action',
    deviation: checkedAlways("'action' is a required property"),
  }),
  row('POST', '/api/events', event({}, 'https://example.org/unknown/v1')),
  // Of two that are missing, Python names any.
  row('POST', '/api/events', { version: '1', data: {} }),
  row('POST', '/api/events', { schema_id: 'x', data: {} }),
  row('POST', '/api/events', { schema_id: 'x', version: '1' }),
  row('POST', '/api/events'),
  row('POST', '/api/events', '{"'),
  row('GET', '/api/events'),
  row('GET', '/api/events/subscribe', undefined, {
    note: 'not a websocket',
    deviation: {
      because: 'whatever fails as a page gives the XSRF cookie with us',
      ours: { 'header set-cookie': errorGivesXsrfCookie },
    },
  }),
]);

/** jupyter_server answers before the shell has ended, and lists the terminal until then. */
const terminalIsGone = (server: JupyterServerProcess): Promise<void> =>
  vi.waitFor(
    async () => {
      expect((await send(server, { path: '/api/terminals/mine' })).status).toBe(404);
    },
    { timeout: 10_000 },
  );

compareRequests('terminals', pair, [
  row('GET', '/api/terminals'),
  row('POST', '/api/terminals'),
  row('POST', '/api/terminals', {}),
  row('POST', '/api/terminals', { name: 'mine', cwd: 'folder' }),
  row('POST', '/api/terminals', { name: 'mine' }),
  row('POST', '/api/terminals', { cwd: 'missing' }),
  row('POST', '/api/terminals', { cwd: '../outside' }),
  row('GET', '/api/terminals', undefined, { note: 'all of them' }),
  row('GET', '/api/terminals/1'),
  row('GET', '/api/terminals/mine'),
  row('GET', '/api/terminals/missing'),
  row('DELETE', '/api/terminals/mine'),
  row('DELETE', '/api/terminals/mine', undefined, { note: 'again', before: terminalIsGone }),
  row('DELETE', '/api/terminals/1'),
  row('DELETE', '/api/terminals/missing'),
  row('GET', '/terminals/websocket/1', undefined, {
    note: 'not a websocket',
    deviation: {
      because: 'that a websocket is wanted is said before the terminal is looked for',
      ours: {
        status: 400,
        reason: 'Bad Request',
        body: { html: { title: null, fields: [] } },
        'header access-control-allow-origin': '',
        'header content-type': 'text/html; charset=utf-8',
      },
    },
  }),
]);
