import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { authorizeSignedIn as authorize } from '../auth/authorize.ts';
import { offlineRoutes, offlineScriptRoutes } from './offline-routes.ts';

describe('what a browser gets for opening without the server', () => {
  let directory: string;
  const apps: AppUnderTest[] = [];

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'offline-routes-'));
    for (const name of ['service-worker', 'forget']) writeFileSync(join(directory, `${name}.js`), name);
  });
  afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));
  afterAll(() => rmSync(directory, { recursive: true }));

  async function start(enabled: boolean): Promise<AppUnderTest> {
    const kept = { build: 'one', files: { lab: ['static/lab/main.js'], notebook: [] } };
    const app = await startApp({
      baseUrl: '/some/base/',
      publicRoutes: () => [offlineScriptRoutes({ directory, baseUrl: '/some/base/', enabled })],
      authenticatedRoutes: () => [
        offlineRoutes({ authorize, enabled, keptFiles: () => Promise.resolve(kept) }),
      ],
    });
    apps.push(app);
    return app;
  }

  test('is a worker for all under the base URL, asked for anew at each visit', async () => {
    const app = await start(true);
    const answer = await app.ask('/some/base/in-the-loop-worker.js', { auth: 'none' });
    expect(answer).toMatchObject({ status: 200, text: 'service-worker' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'service-worker-allowed': '/some/base/',
      'cache-control': 'no-cache',
    });
  });

  test('is a list of files, for whoever is signed in (I7)', async () => {
    const app = await start(true);
    const path = '/some/base/api/in-the-loop/v1/offline';
    expect((await app.ask(path)).json()).toMatchObject({ build: 'one' });
    expect((await app.ask(path, { auth: 'none' })).status).toBe(403);
  });

  test('is nothing where documents are not ours, but what was kept before is forgotten all the same', async () => {
    const app = await start(false);
    expect((await app.ask('/some/base/in-the-loop-worker.js')).status).toBe(404);
    expect((await app.ask('/some/base/api/in-the-loop/v1/offline')).status).toBe(404);
    expect((await app.ask('/some/base/in-the-loop-forget.js', { auth: 'none' })).text).toBe('forget');
  });
});
