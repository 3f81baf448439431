import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Router } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOKEN, cookiePair, startApp } from '../test/doubles/app-under-test.ts';
import type { Answer, AppUnderTest } from '../test/doubles/app-under-test.ts';
import { httpServerOptions } from './http-app.ts';
import { readJsonBody } from './http-body.ts';
import { HttpError } from './http-error.ts';

let app: AppUnderTest;

function publicRouter(): Router {
  const router = Router();
  router.get('/api', (_request, response) => void response.json({ version: 'x' }));
  return router;
}

function router(): Router {
  const routes = Router();
  routes.get('/api/contents/*path', (request, response) => void response.json(request.params.path));
  routes.post(
    '/api/contents',
    async (request, response) => void response.status(201).json(await readJsonBody(request)),
  );
  routes.get('/api/refused', () => {
    throw new HttpError(400, 'not that', 'bad type\nX-Injected: 1');
  });
  routes.get('/api/broken', (_request, response) => {
    response.setHeader('Content-Disposition', 'attachment');
    throw new Error('a secret detail');
  });
  routes.get('/api/halfway', (_request, response) => {
    response.write('half');
    throw new Error('the rest is lost');
  });
  routes.get('/lab', (_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.end('<html></html>');
  });
  routes.get('/broken-page', () => {
    throw new Error('a secret detail');
  });
  routes.get('/files/*path', (_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<script>a person’s own file</script>');
  });
  return routes;
}

beforeAll(async () => {
  const parts = {
    publicRoutes: () => [publicRouter()],
    authenticatedRoutes: () => [router()],
    upgradeRoutes: [{ pattern: /^\/api\/events\/subscribe$/, handle: () => undefined }],
  };
  app = await startApp(parts);
});
afterAll(() => app.close());

const unauthenticated = { auth: 'none' } as const;

test('headers that never end have an end', () => {
  expect(createServer(httpServerOptions).headersTimeout).toBe(60_000);
});

describe('who may', () => {
  test('anybody asks what is public, without being made somebody', async () => {
    const answer = await app.ask('/api', unauthenticated);
    expect(answer).toMatchObject({ status: 200, text: '{"version":"x"}', cookies: [] });
  });

  test('the API tells others 403 in JSON, pages lead them to the login', async () => {
    const api = await app.ask('/api/contents/x', unauthenticated);
    expect(api).toMatchObject({ status: 403, text: '{"message":"Forbidden","reason":null}', cookies: [] });
    expect(api.headers['content-type']).toBe('application/json');
    const page = await app.ask('/lab?x=1&y', unauthenticated);
    expect(page).toMatchObject({
      status: 302,
      text: '',
      headers: { location: '/login?next=%2Flab%3Fx%3D1%26y' },
    });
    expect((await app.ask('/files/a', unauthenticated)).headers.location).toBe('/login?next=%2Ffiles%2Fa');
  });

  test('a path that is not there is 404 for anybody, and a page, also under the API', async () => {
    for (const path of ['/nothing', '/api/nothing', '/api/contents', '//api', '/api/../api', '/API/x/y']) {
      const answer = await app.ask(path, unauthenticated);
      expect([path, answer.status, answer.headers['content-type']]).toEqual([
        path,
        path === '/api/contents' ? 405 : 404,
        path === '/api/contents' ? 'application/json' : 'text/html',
      ]);
    }
  });

  test('a method that is not there is 405', async () => {
    const answer = await app.ask('/api/contents', { method: 'PATCH' });
    expect(answer).toMatchObject({ status: 405, text: '{"message":"Method Not Allowed","reason":null}' });
    expect((await app.ask('/lab', { method: 'POST' })).status).toBe(405);
    expect((await app.ask('/nothing', { method: 'POST' })).status).toBe(404);
  });

  test('a websocket without an upgrade is told so', async () => {
    expect((await app.ask('/api/events/subscribe', unauthenticated)).status).toBe(403);
    const answer = await app.ask('/api/events/subscribe');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('WebSocket');
    expect(
      (await app.ask('/api/events/subscribe', { headers: { connection: 'Upgrade', upgrade: 'h2c' } })).status,
    ).toBe(400);
  });

  test('a client that offers HTTP/2 with its request is answered', async () => {
    const answer = await app.ask('/api', {
      headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' },
    });
    expect(answer.status).toBe(200);
  });
});

describe('requests from elsewhere', () => {
  test('a Host that is not local is refused, before anything else is looked at', async () => {
    for (const path of ['/api', '/api/contents/x', '/lab', '/nothing'])
      expect((await app.ask(path, { headers: { host: 'evil.example' } })).status).toBe(403);
    const remote = await startApp({ publicRoutes: () => [publicRouter()], allowRemoteHosts: true });
    expect((await remote.ask('/api', { headers: { host: 'our.example' } })).status).toBe(200);
    await remote.close();
  });

  test('with a token any Origin may ask, and read the answer and the errors', async () => {
    const headers = { origin: 'https://other.example' };
    expect((await app.ask('/api/contents/x', { headers })).headers['access-control-allow-origin']).toBe(
      headers.origin,
    );
    expect((await app.ask('/api/refused', { headers })).headers['access-control-allow-origin']).toBe(
      headers.origin,
    );
    expect((await app.ask('/api/contents/x')).headers['access-control-allow-origin']).toBe('');
  });

  test('without one, the API is not there for a foreign Origin; pages are', async () => {
    const cookie = cookiePair((await app.ask('/lab')).cookies, 'username-');
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      const foreign = { auth: 'none', headers: { cookie, origin } } as const;
      expect((await app.ask('/api/contents/x', foreign)).text).toBe('{"message":"Not Found","reason":null}');
      expect((await app.ask('/api', foreign)).status).toBe(404);
      expect((await app.ask('/lab', foreign)).status).toBe(200);
    }
    const own = { auth: 'none', headers: { cookie, origin: `http://127.0.0.1:${app.port}` } } as const;
    expect((await app.ask('/api/contents/x', own)).status).toBe(200);
  });

  test('a change by cookie needs the XSRF token, a change by token does not', async () => {
    const page = await app.ask('/lab');
    const cookie = `${cookiePair(page.cookies, 'username-')}; ${cookiePair(page.cookies, '_xsrf=')}`;
    const xsrf = cookiePair(page.cookies, '_xsrf=').slice('_xsrf='.length);
    const post = (headers: Record<string, string>, path = '/api/contents'): Promise<Answer> =>
      app.ask(path, { method: 'POST', auth: 'none', headers: { cookie, ...headers }, body: '{"a":1}' });
    expect(await post({})).toMatchObject({
      status: 403,
      text: '{"message":"\'_xsrf\' argument missing from POST","reason":null}',
    });
    expect((await post({ 'x-xsrftoken': xsrf })).status).toBe(201);
    expect((await post({}, `/api/contents?_xsrf=${xsrf}`)).status).toBe(201);
    expect((await post({ 'x-xsrftoken': xsrf, origin: 'https://evil.example' })).status).toBe(404);
    expect((await app.ask('/api/contents', { method: 'POST', body: '{}' })).status).toBe(201);
    expect((await app.ask('/api/contents', { method: 'POST', auth: 'none', body: '{}' })).status).toBe(403);
    expect((await app.ask('/nothing', { method: 'POST', auth: 'none' })).status).toBe(403);
  });

  test("a person's file is not given to a link of another site", async () => {
    const page = await app.ask('/lab');
    const cookie = `${cookiePair(page.cookies, 'username-')}; ${cookiePair(page.cookies, '_xsrf=')}`;
    const xsrf = cookiePair(page.cookies, '_xsrf=').slice('_xsrf='.length);
    const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
      app.ask(path, { auth: 'none', headers: { cookie, ...headers } });
    expect((await get('/files/a')).text).toContain('Blocking request from unknown origin');
    expect((await get('/FILES/a')).status).toBe(403);
    expect((await get('/files/a', { referer: 'https://evil.example/' })).status).toBe(403);
    const own = await get('/files/a', { referer: `http://127.0.0.1:${app.port}/lab` });
    expect(own.status).toBe(200);
    expect(own.headers['content-security-policy']).toContain('; sandbox allow-scripts');
    expect((await get(`/files/a?_xsrf=${xsrf}`)).status).toBe(200);
    expect((await app.ask('/files/a')).status).toBe(200);
  });

  test('a browser may ask beforehand what it may send, without signing in', async () => {
    const answer = await app.ask('/api/contents', {
      method: 'OPTIONS',
      auth: 'none',
      headers: { origin: 'https://other.example' },
    });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['access-control-allow-headers']).toBe(
      'accept, content-type, authorization, x-xsrftoken',
    );
    expect(answer.headers['access-control-allow-methods']).toBe('GET, PUT, POST, PATCH, DELETE, OPTIONS');
    expect((await app.ask('/lab', { method: 'OPTIONS', ...unauthenticated })).status).toBe(405);
    expect((await app.ask('/api/nothing', { method: 'OPTIONS', ...unauthenticated })).status).toBe(404);
  });
});

describe('answers', () => {
  test('have the security headers of their kind', async () => {
    const policyOf = async (path: string): Promise<unknown> =>
      (await app.ask(path)).headers['content-security-policy'];
    const page = "frame-ancestors 'self'; report-uri /api/security/csp-report";
    expect(await policyOf('/lab')).toBe(page);
    expect(await policyOf('/api')).toBe(`${page}; default-src 'none'`);
    expect(await policyOf('/api/refused')).toBe(`${page}; default-src 'none'`);
    expect(await policyOf('/api/nothing')).toBe(page);
    expect((await app.ask('/lab')).headers['x-content-type-options']).toBe('nosniff');
    expect((await app.ask('/lab')).headers['x-powered-by']).toBeUndefined();
  });

  test('every page gives the XSRF cookie to a browser that has none, and only then', async () => {
    const page = await app.ask('/lab');
    const cookie = cookiePair(page.cookies, '_xsrf=');
    expect(page.cookies.find((each) => each.startsWith('_xsrf='))).toMatch(/; expires=.*; Path=\/$/);
    expect((await app.ask('/lab', { headers: { cookie } })).cookies.join()).not.toContain('_xsrf=');
    expect(
      (await app.ask('/lab', { headers: { cookie: '_xsrf=of.another-server' } })).cookies.join(),
    ).toContain('_xsrf=');
    expect((await app.ask('/nothing')).cookies.join()).toContain('_xsrf=');
    for (const path of ['/api', '/files/a', '/api/refused'])
      expect((await app.ask(path)).cookies.join()).not.toContain('_xsrf=');
  });

  test('errors carry message and reason, the reason in the status line too, on one line', async () => {
    const answer = await app.ask('/api/refused');
    expect(answer).toMatchObject({ status: 400, reason: 'bad type?X-Injected: 1' });
    expect(answer.json()).toEqual({ message: 'not that', reason: 'bad type\nX-Injected: 1' });
    expect(answer.headers['x-injected']).toBeUndefined();
  });

  test('I10: what nobody expected is logged with its stack, and told to nobody', async () => {
    const answer = await app.ask('/api/broken');
    expect(answer).toMatchObject({
      status: 500,
      text: '{"message":"Unhandled error","reason":null,"traceback":""}',
    });
    expect(answer.headers['content-disposition']).toBeUndefined();
    const page = await app.ask('/broken-page');
    expect(page).toMatchObject({ status: 500, headers: { 'content-type': 'text/html' } });
    expect(page.text).not.toContain('a secret detail');
    expect(
      app.logged.some((line) => line.includes('a secret detail') && line.includes('http-app.test.ts')),
    ).toBe(true);
  });

  test('an answer that breaks off midway is seen to be broken', async () => {
    await expect(app.ask('/api/halfway')).rejects.toThrow();
    expect((await app.ask('/api')).status).toBe(200);
  });

  test('JSON has an ETag, and is not sent again', async () => {
    const first = await app.ask('/api');
    expect(first.headers['content-type']).toBe('application/json');
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
    expect(await app.ask('/api', { headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      text: '',
    });
    expect(await app.ask('/api', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('paths', () => {
  test('the base URL leads to the front-end with the query, public as in Jupyter', async () => {
    expect((await app.ask('/', unauthenticated)).headers.location).toBe('/lab?');
    expect((await app.ask('/?token=x&y=?', unauthenticated)).headers.location).toBe('/lab?token=x&y=?');
  });

  test('a slash too many is led away, never to another site', async () => {
    expect(await app.ask('/api/', unauthenticated)).toMatchObject({
      status: 302,
      headers: { location: '/api' },
    });
    expect((await app.ask('/api/status/?a=b', unauthenticated)).headers.location).toBe('/api/status?a=b');
    expect((await app.ask('//evil.example/', unauthenticated)).headers.location).toBe('/evil.example');
    expect((await app.ask('/nothing//', unauthenticated)).headers.location).toBe('/nothing');
  });

  test('are decoded once; what cannot be decoded is refused, and the server lives', async () => {
    expect((await app.ask('/api/contents/%2525%20%C3%A9/b')).json()).toEqual(['%25 é', 'b']);
    expect((await app.ask('/api/contents/%ff')).status).toBe(400);
    expect((await app.ask('/api/contents/%zz', unauthenticated)).status).toBe(400);
    expect((await app.ask('/%', unauthenticated)).status).toBe(404);
    expect((await app.ask('/api?%zz=%ff&', unauthenticated)).status).toBe(200);
    expect((await app.ask('/api')).status).toBe(200);
  });

  test('with what browsers never send raw mean the same to every check and route; absolute forms are none', async () => {
    const raw = (target: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(app.port, '127.0.0.1', () =>
          socket.end(
            `GET ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token ${TOKEN}\r\nConnection: close\r\n\r\n`,
          ),
        );
        let text = '';
        socket.on('data', (chunk) => (text += String(chunk)));
        socket.once('close', () => resolve(text));
        socket.once('error', reject);
      });
    expect(await raw('/api/contents/a#b\\c')).toContain('["a#b\\\\c"]');
    expect(await raw('/nothing\\..\\api')).toMatch(/^HTTP\/1.1 404 /);
    expect(await raw('http://x/api')).toMatch(/^HTTP\/1.1 404 /);
    expect(await raw('*')).toMatch(/^HTTP\/1.1 404 /);
  });

  test('lie under the base URL, whatever characters it has', async () => {
    const base = '/a%20(b)/c:d';
    const encoded = await startApp({
      publicRoutes: () => [publicRouter()],
      authenticatedRoutes: () => [router()],
      baseUrl: `${base}/`,
    });
    expect((await encoded.ask(`${base}/api`, unauthenticated)).status).toBe(200);
    expect((await encoded.ask(`${base}/api/`, unauthenticated)).headers.location).toBe(`${base}/api`);
    expect((await encoded.ask(`${base}/`, unauthenticated)).headers.location).toBe(`${base}/lab?`);
    expect((await encoded.ask(`${base}/lab`, unauthenticated)).headers.location).toBe(
      `${base}/login?next=${encodeURIComponent(`${base}/lab`)}`,
    );
    expect(
      (await encoded.ask(`${base}/lab`)).cookies.every((cookie) => cookie.endsWith(`Path=${base}/`)),
    ).toBe(true);
    for (const path of ['/', '/api', '/a%20(b)', base, `${base}x/api`])
      expect([path, (await encoded.ask(path, unauthenticated)).status]).toEqual([path, 404]);
    await encoded.close();
  });
});

describe('what is noticed', () => {
  test('I10: the log names the request without its secrets', async () => {
    await app.ask(`/api?token=${TOKEN}&x=1&_xsrf=abc`, unauthenticated);
    await app.ask('/nothing?password=typed');
    const lines = app.logged.join('\n');
    expect(lines).toContain('/api?token=[secret]&x=1&_xsrf=[secret]');
    expect(lines).not.toMatch(new RegExp(`${TOKEN}|typed`));
  });

  test('metrics get the pattern of the route', async () => {
    await app.ask('/api/contents/one');
    await app.ask('/nothing');
    expect(app.answered).toContainEqual(
      expect.objectContaining({ method: 'GET', route: '/api/contents/*path', status: 200 }),
    );
    expect(app.answered).toContainEqual(expect.objectContaining({ route: 'none', status: 404 }));
  });

  test('activity is what signed-in people do with the API, unless they ask not to count', async () => {
    const countOf = async (path: string, asked = {}): Promise<boolean> => {
      const idle = await startApp({
        publicRoutes: () => [publicRouter()],
        authenticatedRoutes: () => [router()],
      });
      let isRecorded = false;
      idle.activity.record = () => void (isRecorded = true);
      await idle.ask(path, asked);
      await idle.close();
      return isRecorded;
    };
    expect(await countOf('/api/contents/x')).toBe(true);
    expect(await countOf('/api/contents/x?no_track_activity')).toBe(false);
    expect(await countOf('/api/contents/x', unauthenticated)).toBe(false);
    expect(await countOf('/lab')).toBe(false);
    expect(await countOf('/api')).toBe(false);
  });
});
