import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from '@node-rs/argon2';
import { afterAll, describe, expect } from 'vitest';
import type { HttpAnswer } from '../servers/http.ts';
import { TOKEN } from '../servers/jupyter-server-process.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import type { Deviation } from './deviation.ts';
import { startServerPair } from './server-pair.ts';

const pair = startServerPair(({ folders }) => writeFileSync(join(folders.root, 'plain.txt'), 'text\n'));
const ignore = ['store_id'];
const anonymous = (method: string, path: string, more: Partial<RequestRow> = {}): RequestRow => ({
  method,
  path,
  auth: 'none',
  ignore,
  ...more,
});

/** The rest of its configuration is compared in lab.test.ts. */
const noTokenInPage: Deviation = {
  because: 'a page that was opened by the login cookie does not need the token, and is not told it',
  ours: {
    body: {
      html: { title: 'JupyterLab', fields: [], config: expect.objectContaining({ token: '' }) as unknown },
    },
  },
};
const ownLoginPage: Deviation = {
  because: 'passwords are set by `jupyter server password`, not by whoever has the token',
  ours: { body: { html: { title: 'Jupyter Server', fields: ['_xsrf', 'password'] } } },
};

// Tornado dates nobody's XSRF cookie before the first login, and everybody's from then on; ours is always dated.
compareRequests('the first login', pair, [{ path: '/nonsense' }]);

compareRequests('without a token', pair, [
  ...[
    '/api/contents',
    '/api/kernels',
    '/api/sessions',
    '/api/kernelspecs',
    '/api/terminals',
    '/api/config/x',
  ].map((path) => anonymous('GET', path)),
  anonymous('GET', '/lab/api/workspaces'),
  anonymous('GET', '/lab/api/themes/@jupyterlab/theme-dark-extension/index.css', {
    deviation: {
      because: 'text says its charset; a range of a rewritten file is not worth having, nor right in Jupyter',
      ours: { 'header content-type': 'text/css; charset=utf-8', 'header accept-ranges': undefined },
    },
  }),
  // Not /lab/api/licenses/: jupyterlab_server never answers it without a token.
  ...['/lab/api/translations', '/lab/api/plugins', '/lab/api/extensions'].map((path) =>
    anonymous('GET', path),
  ),
  anonymous('GET', '/lab/api/listings/@jupyterlab/extensionmanager-extension/listings.json'),
  anonymous('POST', '/api/contents', { body: {} }),
  anonymous('PUT', '/api/contents/x.txt', { body: {} }),
  anonymous('DELETE', '/api/contents/plain.txt'),
  anonymous('POST', '/api/shutdown'),
  anonymous('POST', '/api/events', { body: {} }),
  anonymous('GET', '/api/events/subscribe'),
  anonymous('GET', '/view/plain.txt'),
  anonymous('GET', '/edit/plain.txt'),
  anonymous('GET', '/api/nbconvert'),
  anonymous('OPTIONS', '/api/contents'),
  anonymous('GET', '/'),
  anonymous('GET', '/login', { deviation: ownLoginPage }),
  anonymous('GET', '/login?next=%2Flab%2Ftree%2Fx', { deviation: ownLoginPage }),
  anonymous('GET', '/logout'),
]);

const withHeader = (authorization: string): RequestRow =>
  anonymous('GET', '/api/status', { headers: { authorization }, note: authorization });

compareRequests('with a token', pair, [
  withHeader(`token ${TOKEN}`),
  withHeader(`Token ${TOKEN}`),
  withHeader(`Bearer ${TOKEN}`),
  withHeader(`bearer   ${TOKEN}`),
  withHeader(`Basic ${TOKEN}`),
  withHeader(`token ${TOKEN}x`),
  withHeader('token '),
  withHeader(TOKEN),
  anonymous('GET', `/api/status?token=${TOKEN}`),
  anonymous('GET', '/api/status?token=wrong'),
  anonymous('GET', '/api/status?token='),
  anonymous('GET', '/api/status?token=wrong', {
    headers: { authorization: `token ${TOKEN}` },
    note: 'right header',
  }),
  anonymous('GET', `/api/status?token=${TOKEN}`, {
    headers: { authorization: 'token wrong' },
    note: 'wrong header',
  }),
  // Before Lab's: jupyter_server then goes on to tell Notebook's pages what it told Lab's.
  anonymous('GET', `/tree?token=${TOKEN}`),
  anonymous('GET', `/lab?token=${TOKEN}`),
  anonymous('GET', `/?token=${TOKEN}`),
  anonymous('POST', `/api/contents?token=${TOKEN}`, { body: { type: 'file' } }),
]);

const xsrfOf = (answer: HttpAnswer): string =>
  answer.headers['set-cookie']
    ?.map((cookie) => /_xsrf=([^;]+)/.exec(cookie)?.[1])
    .find((value) => value !== undefined) ?? '';
const cookieOf = (answer: HttpAnswer): string =>
  answer.headers['set-cookie']
    ?.map((cookie) => cookie.split(';')[0])
    .find((pair_) => pair_?.startsWith('username-')) ?? '';
const signedIn = { cookie: '{cookie}; _xsrf={xsrf}' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

compareRequests('the login page', pair, [
  anonymous('GET', '/login', {
    remember: (answer) => ({ xsrf: xsrfOf(answer) }),
    note: 'for its XSRF cookie',
    deviation: ownLoginPage,
  }),
  anonymous('POST', '/login', { headers: form, body: `password=${TOKEN}`, note: 'without XSRF' }),
  anonymous('POST', '/login', {
    headers: { ...form, cookie: '_xsrf={xsrf}' },
    body: 'password=wrong&_xsrf={xsrf}',
    note: 'wrong password',
    deviation: ownLoginPage,
  }),
  anonymous('POST', '/login?next=%2Flab%2Ftree%2Fplain.txt', {
    headers: { ...form, cookie: '_xsrf={xsrf}' },
    body: `password=${TOKEN}&_xsrf={xsrf}`,
    remember: (answer) => ({ cookie: cookieOf(answer) }),
  }),
  anonymous('POST', '/login', {
    headers: { ...form, cookie: '_xsrf={xsrf}' },
    body: `password=${TOKEN}&_xsrf={xsrf}`,
    note: 'no next',
  }),
  ...[
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    'javascript:alert(1)',
    '/tree?a=b',
    'tree',
    '////evil.example',
  ].map((next) =>
    anonymous('POST', `/login?next=${encodeURIComponent(next)}`, {
      headers: { ...form, cookie: '_xsrf={xsrf}' },
      body: `password=${TOKEN}&_xsrf={xsrf}`,
      note: next,
    }),
  ),
  anonymous('GET', '/login?next=%2Ftree', { headers: signedIn, note: 'signed in already' }),
]);

const withCookie = (
  method: string,
  path: string,
  headers: Record<string, string>,
  note: string,
  body?: unknown,
): RequestRow =>
  anonymous(method, path, {
    headers: { ...signedIn, ...headers },
    note,
    before: () => undefined,
    ...(body === undefined ? {} : { body }),
  });
const ORIGIN = 'https://evil.example';

compareRequests('with the cookie of a login', pair, [
  anonymous('GET', '/login', {
    remember: (answer) => ({ xsrf: xsrfOf(answer) }),
    note: 'first',
    deviation: ownLoginPage,
  }),
  anonymous('POST', '/login', {
    headers: { ...form, cookie: '_xsrf={xsrf}' },
    body: `password=${TOKEN}&_xsrf={xsrf}`,
    remember: (answer) => ({ cookie: cookieOf(answer) }),
    note: 'signs in',
  }),
  withCookie('GET', '/api/status', {}, 'cookie'),
  { ...withCookie('GET', '/lab', {}, 'cookie'), deviation: noTokenInPage },
  withCookie('POST', '/api/contents', {}, 'no XSRF', { type: 'file' }),
  withCookie('POST', '/api/contents', { 'x-xsrftoken': '{xsrf}' }, 'XSRF in the header', { type: 'file' }),
  withCookie('POST', '/api/contents?_xsrf={xsrf}', {}, 'XSRF in the query', { type: 'file' }),
  withCookie('POST', '/api/contents', { 'x-xsrftoken': 'wrong' }, 'wrong XSRF', { type: 'file' }),
  withCookie('PUT', '/api/contents/new.txt', {}, 'no XSRF', { type: 'file', format: 'text', content: 'x' }),
  withCookie('PATCH', '/api/contents/plain.txt', {}, 'no XSRF', { path: 'x.txt' }),
  withCookie('DELETE', '/api/contents/plain.txt', {}, 'no XSRF'),
  withCookie('GET', '/files/plain.txt', {}, 'no Referer'),
  withCookie('GET', '/files/plain.txt?_xsrf={xsrf}', {}, 'XSRF in the query'),
  withCookie('GET', '/files/plain.txt', { referer: 'https://evil.example/' }, 'foreign Referer'),
  withCookie('GET', '/nbconvert/html/plain.txt', {}, 'no Referer'),
  withCookie('GET', '/api/status', { origin: ORIGIN }, 'foreign Origin'),
  withCookie('GET', '/api/contents', { origin: ORIGIN }, 'foreign Origin'),
  withCookie('POST', '/api/contents', { origin: ORIGIN, 'x-xsrftoken': '{xsrf}' }, 'foreign Origin', {
    type: 'file',
  }),
  {
    ...withCookie('GET', '/lab', { origin: ORIGIN }, 'foreign Origin'),
    deviation: noTokenInPage,
  },
  withCookie('GET', '/api/status', { origin: 'null' }, 'Origin null'),
  withCookie('GET', '/api/status', { cookie: `${'x'.repeat(10)}=1` }, 'another cookie'),
  withCookie('GET', '/logout', {}, 'signs out'),
]);

compareRequests('Origin and Host', pair, [
  { path: '/api/status', headers: { origin: ORIGIN }, note: 'foreign Origin, token' },
  {
    method: 'POST',
    path: '/api/contents',
    body: { type: 'file' },
    headers: { origin: ORIGIN },
    note: 'foreign Origin, token',
  },
  { method: 'OPTIONS', path: '/api/contents', headers: { origin: ORIGIN }, auth: 'none', note: 'preflight' },
  { path: '/api', headers: { origin: ORIGIN }, auth: 'none', note: 'foreign Origin' },
  { path: '/api/status', headers: { host: 'evil.example' }, note: 'foreign Host' },
  { path: '/api/status', headers: { host: 'evil.example' }, auth: 'none', note: 'foreign Host, no token' },
  {
    path: '/lab',
    headers: { host: 'evil.example:8888' },
    ignore,
    note: 'foreign Host',
    deviation: {
      because: 'a site that is not us is given no cookie, whatever token it shows',
      ours: { 'header set-cookie': undefined },
    },
  },
  { path: '/api/status', headers: { host: 'localhost' }, note: 'localhost' },
  { path: '/api/status', headers: { host: 'LOCALHOST:1' }, note: 'localhost in capitals' },
  { path: '/api/status', headers: { host: '127.0.0.2' }, note: 'another loopback address' },
  { path: '/api/status', headers: { host: '[::1]:8888' }, note: 'IPv6 loopback' },
  { path: '/api/status', headers: { host: '10.0.0.1' }, note: 'a private address' },
  { path: '/api/status', headers: { host: '127.0.0.1.evil.example' }, note: 'a name that starts like one' },
]);

// Each pair is started when its turn comes, and ended after.
describe('a server that asks for nothing', () => {
  const open = startServerPair(({ folders }) => writeFileSync(join(folders.root, 'plain.txt'), 'text\n'), {
    token: '',
    base: '/base/url/',
  });

  compareRequests('open to everybody, under a base URL', open, [
    { path: '/nonsense', note: 'somebody comes' },
    { path: '/' },
    { path: '/lab', ignore },
    { path: '/api/contents' },
    { path: '/api/status', headers: { origin: ORIGIN }, note: 'foreign Origin' },
    { path: '/api/status', headers: { authorization: 'token anything' }, note: 'any token' },
    { path: '/files/plain.txt' },
    { path: '/login' },
    { path: '/login?next=%2Fbase%2Furl%2Ftree' },
    { path: '/logout' },
    { method: 'POST', path: '/login', headers: form, body: 'password=x' },
    { method: 'POST', path: '/api/contents', body: { type: 'file' }, note: 'no XSRF' },
    { method: 'DELETE', path: '/api/contents/plain.txt', note: 'no XSRF' },
    { method: 'PUT', path: '/api/config/x', body: {}, note: 'no XSRF' },
    { path: '/lab', remember: (answer) => ({ xsrf: xsrfOf(answer) }), ignore, note: 'for its XSRF cookie' },
    {
      method: 'POST',
      path: '/api/contents',
      body: { type: 'file' },
      headers: { cookie: '_xsrf={xsrf}', 'x-xsrftoken': '{xsrf}' },
    },
  ]);
});

const PASSWORD = 'pässword &';
const configuration = mkdtempSync(join(tmpdir(), 'itl-password-'));
writeFileSync(
  join(configuration, 'jupyter_server_config.json'),
  JSON.stringify({
    PasswordIdentityProvider: {
      hashed_password: `argon2:${hashSync(PASSWORD, { memoryCost: 1024, timeCost: 2 })}`,
    },
  }),
);
afterAll(() => rmSync(configuration, { recursive: true }));
const logsIn = (password: string, note: string, more: Partial<RequestRow> = {}): RequestRow =>
  anonymous('POST', '/login?next=%2Ftree', {
    headers: { ...form, cookie: '_xsrf={xsrf}' },
    body: `password=${encodeURIComponent(password)}&_xsrf={xsrf}`,
    note,
    ...more,
  });

describe('a server that asks for a password', () => {
  const withPassword = startServerPair(undefined, { environment: { JUPYTER_CONFIG_PATH: configuration } });
  compareRequests('with a password', withPassword, [
    { path: '/nonsense', note: 'somebody comes' },
    anonymous('GET', '/login', {
      remember: (answer) => ({ xsrf: xsrfOf(answer) }),
      deviation: ownLoginPage,
    }),
    logsIn('wrong', 'the wrong one', { deviation: ownLoginPage }),
    logsIn('', 'none', { deviation: ownLoginPage }),
    logsIn(TOKEN, 'the token in its place'),
    logsIn(PASSWORD, 'the right one', { remember: (answer) => ({ cookie: cookieOf(answer) }) }),
    withCookie('GET', '/api/status', {}, 'after the login'),
    withCookie('POST', '/api/contents', { 'x-xsrftoken': '{xsrf}' }, 'after the login', { type: 'file' }),
    anonymous('GET', `/api/status?token=${encodeURIComponent(PASSWORD)}`, { note: 'the password as token' }),
    { path: '/api/status', note: 'the token' },
  ]);
});
