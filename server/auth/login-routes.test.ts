import { hash } from '@node-rs/argon2';
import { Router } from 'express';
import { afterEach, describe, expect, test } from 'vitest';
import { TOKEN, cookiePair, startApp } from '../../test/doubles/app-under-test.ts';
import type { Answer, AppParts, AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { LoginThrottle } from './login-throttle.ts';
import { loginRoutes } from './login-routes.ts';

const apps: AppUnderTest[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

async function start(parts: AppParts = {}): Promise<AppUnderTest> {
  const throttle = new LoginThrottle(Date.now, () => Promise.resolve());
  const page = Router();
  page.get('/lab', (_request, response) => void response.json('the lab'));
  const app = await startApp({
    ...parts,
    publicRoutes: (authenticator, logger, sockets) => [loginRoutes(authenticator, sockets, logger, throttle)],
    authenticatedRoutes: () => [page],
  });
  apps.push(app);
  return app;
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Opens the form, fills it in and sends it, as a browser does. */
async function logIn(app: AppUnderTest, password: string, path = '/login'): Promise<Answer> {
  const page = await app.ask(path, { auth: 'none' });
  const cookie = cookiePair(page.cookies, '_xsrf=');
  const field = /name="_xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  return app.ask(path, {
    method: 'POST',
    auth: 'none',
    headers: { ...form, cookie },
    body: new URLSearchParams({ password, _xsrf: field }).toString(),
  });
}

describe('the login form', () => {
  test('is shown to anybody with an XSRF cookie, and keeps where to go', async () => {
    const app = await start();
    const page = await app.ask('/login?next=%2Flab%3Fa%3D1', { auth: 'none' });
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=UTF-8');
    expect(page.cookies).toHaveLength(1);
    expect(page.text).toContain('action="/login?next=%2Flab%3Fa%3D1"');
    expect(page.text).toContain('name="password"');
  });

  test('takes the token in place of a password, signs in and leads on', async () => {
    const app = await start();
    const answer = await logIn(app, TOKEN, '/login?next=%2Flab');
    expect(answer).toMatchObject({ status: 302, headers: { location: '/lab' } });
    const cookie = cookiePair(answer.cookies, 'username-');
    expect((await app.ask('/lab', { auth: 'none', headers: { cookie } })).status).toBe(200);
  });

  test('takes the password, and no other', async () => {
    const hashedPassword = `argon2:${await hash('the password', { memoryCost: 1024, timeCost: 2 })}`;
    const app = await start({ hashedPassword, token: '' });
    expect((await logIn(app, 'the password')).status).toBe(302);
    const refused = await logIn(app, 'another');
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('role="alert"');
    expect(refused.text).not.toContain('another');
    expect(refused.cookies.join()).not.toContain('username-');
  });

  test('needs its XSRF token, and another site gets nowhere with one', async () => {
    const app = await start();
    const body = `password=${TOKEN}`;
    const missing = await app.ask('/login', { method: 'POST', auth: 'none', headers: form, body });
    expect(missing.status).toBe(403);
    expect(missing.text).toContain('&#39;_xsrf&#39; argument missing from POST');
    const token = app.authenticator.xsrf.issue();
    const headers = { ...form, cookie: `_xsrf=${token}`, origin: 'https://evil.example' };
    const foreign = await app.ask('/login', {
      method: 'POST',
      auth: 'none',
      headers,
      body: `${body}&_xsrf=${token}`,
    });
    expect(foreign.status).toBe(404);
  });

  test('leads to no other site', async () => {
    const app = await start();
    const answer = await logIn(app, TOKEN, `/login?next=${encodeURIComponent('//evil.example/')}`);
    expect(answer.headers.location).toBe('/');
  });

  test('leads on at once whoever is signed in, by VS Code with the token in the form too', async () => {
    const app = await start();
    expect(await app.ask('/login?next=%2Flab')).toMatchObject({ status: 302, headers: { location: '/lab' } });
    const byForm = await app.ask('/login', {
      method: 'POST',
      auth: 'none',
      headers: form,
      body: `token=${TOKEN}`,
    });
    expect(byForm.status).toBe(302);
    expect(byForm.cookies.join()).toContain('username-');
  });

  test('keeps the person the same who logs in again', async () => {
    const app = await start();
    const cookie = cookiePair((await logIn(app, TOKEN)).cookies, 'username-');
    const xsrf = app.authenticator.xsrf.issue();
    const again = await app.ask('/login', {
      method: 'POST',
      auth: 'none',
      headers: { ...form, cookie: `${cookie}; _xsrf=${xsrf}` },
      body: `password=${TOKEN}&_xsrf=${xsrf}`,
    });
    const usernameIn = (pair: string): unknown =>
      (
        JSON.parse(Buffer.from(/=([^.]+)/.exec(pair)?.[1] ?? '', 'base64url').toString()) as {
          username: string;
        }
      ).username;
    expect(usernameIn(cookiePair(again.cookies, 'username-'))).toBe(usernameIn(cookie));
  });

  test('refuses a form that is longer than any', async () => {
    const app = await start();
    const answer = await app.ask('/login', {
      method: 'POST',
      headers: form,
      body: `password=${'x'.repeat(70_000)}`,
    });
    expect(answer.status).toBe(413);
  });

  test('is not there where nobody needs to log in', async () => {
    const app = await start({ token: '' });
    const page = await app.ask('/login', { auth: 'none' });
    expect(page.status).toBe(404);
    expect(page.cookies.join()).toContain('_xsrf=');
  });

  test('I10: no line of the log holds what was typed', async () => {
    const app = await start();
    await logIn(app, TOKEN);
    await logIn(app, 'a-secret-guess');
    await app.ask(`/login?token=${TOKEN}&password=a-secret-guess`, { auth: 'none' });
    expect(app.logged.join()).not.toMatch(new RegExp(`${TOKEN}|a-secret-guess`));
  });
});

test('logging out takes the cookie away', async () => {
  const app = await start({ baseUrl: '/a/b/' });
  const answer = await app.ask('/a/b/logout', { auth: 'none' });
  expect(answer.status).toBe(200);
  expect(answer.cookies.filter((cookie) => /^username-[^=]*="";/.test(cookie))).toHaveLength(2);
  expect(answer.text).toContain('href="/a/b/login"');
});
