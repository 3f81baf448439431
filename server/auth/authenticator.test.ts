import { hash } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { Authenticator } from './authenticator.ts';
import type { AuthenticationSettings } from './authenticator.ts';

const settings: AuthenticationSettings = {
  secret: 'secret',
  token: 'right',
  viewToken: '',
  hashedPassword: '',
  baseUrl: '/',
};
const host = '127.0.0.1:8888';
const none = new URLSearchParams();
const request = (headers: Record<string, string> = {}) => ({ headers: { host, ...headers }, socket: {} });
const browser = { accept: 'text/html,application/xhtml+xml' };
const pairOf = (cookie = ''): string => cookie.split(';')[0] ?? '';

describe('with a token', () => {
  const authenticator = new Authenticator(settings);

  test('nobody is known without token and cookie', () => {
    expect(authenticator.authenticate(request(), none)).toEqual({
      identity: null,
      byToken: false,
      cookies: [],
    });
    expect(authenticator.authenticate(request({ authorization: 'token wrong' }), none).identity).toBeNull();
  });

  test('a token makes a browser somebody, and its cookie keeps it the same', () => {
    const first = authenticator.authenticate(request(browser), new URLSearchParams('token=right'));
    expect(first.byToken).toBe(true);
    expect(first.cookies[0]).toMatch(
      /^username-127-0-0-1-8888=[\w.-]+; expires=.* GMT; HttpOnly; SameSite=Lax; Path=\/$/,
    );
    const cookie = pairOf(first.cookies[0]);
    expect(authenticator.authenticate(request({ cookie }), none)).toEqual({
      identity: first.identity,
      byToken: false,
      cookies: [],
    });
    const both = authenticator.authenticate(request({ cookie, authorization: 'token right' }), none);
    expect(both).toEqual({ identity: first.identity, byToken: true, cookies: [] });
  });

  test('two browsers are two people, a program that keeps no cookie is one', () => {
    const visit = (headers: Record<string, string>) =>
      authenticator.authenticate(request({ ...headers, authorization: 'token right' }), none).identity
        ?.username;
    expect(visit(browser)).not.toBe(visit(browser));
    expect(visit({})).toBe(visit({}));
  });

  test('the cookie that programs are offered is that of the host they asked, and not for the unencrypted', () => {
    const offered = (headers: Record<string, string>): string =>
      authenticator.authenticate(request({ authorization: 'token right', ...headers }), none).cookies[0] ??
      '';
    const [here, there] = [offered({}), offered({ host: '127.0.0.1:9999' })];
    expect(pairOf(offered({}))).toMatch(/^username-127-0-0-1-8888=/);
    expect(there).toMatch(/^username-127-0-0-1-9999=/);
    expect(offered({ 'x-forwarded-proto': 'https' })).toContain('Secure');
    expect(here).not.toContain('Secure');
    for (const cookie of [here, offered({})]) {
      expect(authenticator.authenticate(request({ cookie: pairOf(cookie) }), none).identity).not.toBeNull();
    }
  });

  test('a cookie of another host or server, or a changed one, is worth nothing and is cleared', () => {
    const cookie = pairOf(
      authenticator.authenticate(request({ authorization: 'token right' }), none).cookies[0],
    );
    const elsewhere = cookie.replace('username-127-0-0-1-8888', 'username-127-0-0-1-9999');
    const moved = { headers: { host: '127.0.0.1:9999', cookie: elsewhere }, socket: {} };
    expect(authenticator.authenticate(moved, none).identity).toBeNull();
    const changed = authenticator.authenticate(request({ cookie: `${cookie}x` }), none);
    expect(changed.identity).toBeNull();
    expect(changed.cookies[0]).toMatch(/^username-127-0-0-1-8888=""; expires=/);
    const other = new Authenticator({ ...settings, secret: 'other' });
    expect(other.authenticate(request({ cookie }), none).identity).toBeNull();
  });

  test('I10: the cookie holds neither token nor secret', () => {
    const cookie = authenticator.authenticate(request({ authorization: 'token right' }), none).cookies.join();
    const decoded = Buffer.from(cookie.split('=')[1] ?? '', 'base64url').toString();
    expect(cookie + decoded).not.toMatch(/right|secret/);
  });

  test('TLS makes the cookie secure', () => {
    const encrypted = { headers: { host, authorization: 'token right' }, socket: { encrypted: true } };
    expect(authenticator.authenticate(encrypted, none).cookies[0]).toContain('; Secure;');
  });

  test('so does a proxy that ended it', () => {
    for (const [proto, secure] of [
      ['https', true],
      ['https, http', true],
      ['http', false],
      ['httpsx', false],
    ] as const) {
      const visit = request({ authorization: 'token right', 'x-forwarded-proto': proto });
      const cookies = [authenticator.authenticate(visit, none).cookies[0], authenticator.xsrfCookie(visit)];
      for (const cookie of cookies) expect([proto, cookie?.includes('; Secure;')]).toEqual([proto, secure]);
    }
  });

  test('the cookie expires with the browser and with us', () => {
    let now = Date.now();
    const aging = new Authenticator(settings, () => now);
    const cookie = pairOf(aging.authenticate(request({ authorization: 'token right' }), none).cookies[0]);
    now += 30 * 24 * 60 * 60 * 1000;
    expect(aging.authenticate(request({ cookie }), none).identity).not.toBeNull();
    now += 2 * 24 * 60 * 60 * 1000;
    expect(aging.authenticate(request({ cookie }), none).identity).toBeNull();
  });
});

describe('with a password', () => {
  test('its change makes the cookies of the old one worthless', async () => {
    const withPassword = async (password: string): Promise<Authenticator> =>
      new Authenticator({
        ...settings,
        hashedPassword: `argon2:${await hash(password, { memoryCost: 1024, timeCost: 2 })}`,
      });
    const before = await withPassword('one');
    expect(await before.rightOfCredential('one')).toBe('full');
    expect(await before.rightOfCredential('right')).toBe('full');
    expect(await before.rightOfCredential('two')).toBeNull();
    expect(await before.rightOfCredential('')).toBeNull();
    const cookie = pairOf(before.authenticate(request({ authorization: 'token right' }), none).cookies[0]);
    expect((await withPassword('two')).authenticate(request({ cookie }), none).identity).toBeNull();
  });

  test('what is no hash is refused at the start, not at each login', () => {
    expect(() => new Authenticator({ ...settings, hashedPassword: 'my password' })).toThrow('hash');
  });
});

describe('open to everybody', () => {
  const open = new Authenticator({ ...settings, token: '' });

  test('everybody is somebody, but not by token: XSRF counts', () => {
    expect(open.enabled).toBe(false);
    const visit = open.authenticate(request(browser), none);
    expect(visit.identity?.name).toMatch(/^Anonymous/);
    expect(visit.byToken).toBe(false);
    expect(visit.cookies).toHaveLength(1);
  });

  test('whoever was here then is a stranger once a token is asked for', () => {
    const cookie = pairOf(open.authenticate(request(browser), none).cookies[0]);
    expect(open.authenticate(request({ cookie }), none).cookies).toEqual([]);
    expect(new Authenticator(settings).authenticate(request({ cookie }), none).identity).toBeNull();
  });

  test('an empty token is no token', async () => {
    expect(open.authenticate(request({ authorization: 'token ' }), none).byToken).toBe(false);
    expect(await open.rightOfCredential('')).toBeNull();
  });
});

test('clears the cookie under the base URL and where older servers put it', () => {
  const paths = new Authenticator({ ...settings, baseUrl: '/a/b/' }).clearedCookies(request());
  expect(paths.map((cookie) => /Path=(.*)$/.exec(cookie)?.[1])).toEqual(['/', '/a/b/']);
});

describe('with a viewing token', () => {
  const authenticator = new Authenticator({ ...settings, viewToken: 'look' });
  const rightWith = (of: Authenticator, headers: Record<string, string>) =>
    of.authenticate(request(headers), none).identity?.right;

  test('whoever shows it may look, by its cookie, too, as long as it is the viewing token', () => {
    const { identity, cookies } = authenticator.authenticate(
      request(browser),
      new URLSearchParams('token=look'),
    );
    expect(identity?.right).toBe('view');
    const cookie = pairOf(cookies[0]);
    expect(rightWith(authenticator, { cookie })).toBe('view');
    expect(rightWith(new Authenticator({ ...settings, viewToken: 'other' }), { cookie })).toBeUndefined();
    expect(rightWith(new Authenticator(settings), { cookie })).toBeUndefined();
    expect(rightWith(authenticator, { authorization: 'token look' })).toBe('view');
  });

  test('the token that is shown decides, and who may do more is remembered so', () => {
    const viewer = pairOf(
      authenticator.authenticate(request(browser), new URLSearchParams('token=look')).cookies[0],
    );
    const raised = authenticator.authenticate(
      request({ cookie: viewer }),
      new URLSearchParams('token=right'),
    );
    expect(raised.identity?.right).toBe('full');
    const cookie = pairOf(raised.cookies[0]);
    expect(rightWith(authenticator, { cookie })).toBe('full');
    const looking = authenticator.authenticate(request({ cookie }), new URLSearchParams('token=look'));
    expect(looking).toMatchObject({ identity: { right: 'view' }, cookies: [] });
  });

  test('what is typed at the login page is told apart likewise', async () => {
    expect(await authenticator.rightOfCredential('look')).toBe('view');
    expect(await authenticator.rightOfCredential('right')).toBe('full');
    expect(await authenticator.rightOfCredential('')).toBeNull();
  });
});
