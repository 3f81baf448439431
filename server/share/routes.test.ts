import { afterEach, expect, test } from 'vitest';
import { startApp, type AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { authorizeSignedIn, type Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { shareRoutes } from './routes.ts';

let app: AppUnderTest;
afterEach(() => app.close());

async function start(
  more: { viewToken?: string; isTokenAsked?: boolean; authorize?: Authorize } = {},
): Promise<void> {
  app = await startApp({
    baseUrl: '/base/',
    authenticatedRoutes: (_authenticator, logger) => [
      shareRoutes({
        ...{ baseUrl: '/base/', viewToken: 'look at/this', isTokenAsked: true },
        ...{ authorize: authorizeSignedIn, logger, ...more },
      }),
    ],
  });
}
const ask = (body: unknown) =>
  app.ask('/base/api/in-the-loop/v1/viewer-links', { method: 'POST', body: JSON.stringify(body) });

test('I10: whoever may write gets the link, which no cache and no log keeps', async () => {
  await start();
  const answer = await ask({ path: '/día/a #1.ipynb', page: 'lab/tree' });
  expect(answer.json()).toEqual({
    link: '/base/lab/tree/d%C3%ADa/a%20%231.ipynb?token=look%20at%2Fthis',
  });
  expect(answer.headers['cache-control']).toBe('no-store');
  const logged = app.logged.join('\n');
  expect(logged).toContain('A link for viewers was given out');
  expect(logged).not.toMatch(/look( |%20)at/);
});

test('I7: nobody else gets it', async () => {
  await start({
    authorize: (_identity, action) => {
      if (action === 'write') throw new HttpError(403, 'Viewing only');
    },
  });
  const answer = await ask({ path: 'a.ipynb', page: 'notebooks' });
  expect(answer.status).toBe(403);
  expect(answer.text).not.toContain('look');
});

test.each([
  ['no token for viewers', { viewToken: '' }, /--view-token/],
  ['no token at all', { isTokenAsked: false }, /whoever opens it may do everything/],
])('a server with %s says so', async (_what, settings, message) => {
  await start(settings);
  const answer = await ask({ path: 'a.ipynb', page: 'lab/tree' });
  expect(answer.status).toBe(409);
  expect((answer.json() as { message: string }).message).toMatch(message);
});

test.each([{}, { path: '/', page: 'lab/tree' }, { path: 'a', page: 'login' }])('refuses %j', async (body) => {
  await start();
  expect((await ask(body)).status).toBe(400);
});
