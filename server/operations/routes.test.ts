import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { cookiePair, startApp } from '../../test/doubles/app-under-test.ts';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { Activity } from '../activity.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { Metrics } from './metrics.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { publicOperationRoutes } from './public-routes.ts';
import { operationRoutes } from './routes.ts';
import type { OperationDependencies } from './routes.ts';

let app: AppUnderTest;
afterEach(() => app.close());

async function start(overrides: Partial<OperationDependencies> = {}): Promise<Metrics> {
  const activity = new Activity(() => 1_000);
  const metrics = new Metrics({
    version: '9.9.9',
    activity,
    kernelNames: () => ['python3', 'python3'],
    countConnections: () => 3,
    countTerminals: () => 1,
    countAppendedEvents: () => 42,
  });
  app = await startApp({
    publicRoutes: () => [
      publicOperationRoutes({ version: '9.9.9' }),
      metricsRoutes(metrics, authorizeSignedIn),
    ],
    authenticatedRoutes: (_authenticator, logger) => [
      operationRoutes({
        authorize: authorizeSignedIn,
        activity,
        version: '9.9.9',
        baseUrl: '/',
        countKernels: () => 2,
        countConnections: () => 3,
        shutdown: () => undefined,
        logger,
        ...overrides,
      }),
    ],
  });
  return metrics;
}
const unauthenticated = { auth: 'none' } as const;

test('anybody learns the version and that the server is well, and no more', async () => {
  await start();
  expect((await app.ask('/api', unauthenticated)).json()).toEqual({ version: '9.9.9' });
  expect((await app.ask('/healthz', unauthenticated)).json()).toEqual({ status: 'ok' });
  for (const path of ['/api/status', '/metrics'])
    expect((await app.ask(path, unauthenticated)).status).toBe(403);
});

test("status is Jupyter's", async () => {
  await start();
  expect((await app.ask('/api/status')).text).toBe(
    '{"connections":3,"kernels":2,"last_activity":"1970-01-01T00:00:01.000000Z","started":"1970-01-01T00:00:01.000000Z"}',
  );
});

test('shuts down once the answer is out', async () => {
  let isShutDown = false;
  await start({ shutdown: () => void (isShutDown = true) });
  expect((await app.ask('/api/shutdown', { method: 'POST', auth: 'none' })).status).toBe(403);
  expect((await app.ask('/api/shutdown')).status).toBe(405);
  expect(isShutDown).toBe(false);
  expect(await app.ask('/api/shutdown', { method: 'POST' })).toMatchObject({ status: 200, text: '' });
  expect(isShutDown).toBe(true);
});

test('I7: asks for the right before it shuts down', async () => {
  let isShutDown = false;
  await start({
    shutdown: () => void (isShutDown = true),
    authorize: (_identity, action) => {
      if (action !== 'read') throw new HttpError(403, 'Forbidden');
    },
  });
  expect((await app.ask('/api/shutdown', { method: 'POST' })).status).toBe(403);
  expect((await app.ask('/api/status')).status).toBe(200);
  expect(isShutDown).toBe(false);
});

test('the specification is YAML and describes what is here', async () => {
  await start();
  const answer = await app.ask('/api/spec.yaml');
  expect(answer.headers['content-type']).toBe('text/x-yaml');
  const document = parse(answer.text) as { openapi: string; paths: Record<string, Record<string, unknown>> };
  expect(document.openapi).toBe('3.1.0');
  for (const path of ['/api', '/healthz', '/api/status', '/metrics'])
    expect(document.paths[path]).toHaveProperty('get');
  expect(document.paths['/api/shutdown']).toHaveProperty('post');
  const references = [...answer.text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
  const { schemas } = (document as unknown as { components: { schemas: object } }).components;
  expect(Object.keys(schemas)).toEqual(expect.arrayContaining(references));
  expect((await app.ask('/api/spec.yaml', unauthenticated)).headers.location).toBe(
    '/login?next=%2Fapi%2Fspec.yaml',
  );
});

test('a browser reports what a page was kept from, without XSRF and from any origin', async () => {
  await start();
  const cookie = cookiePair((await app.ask('/api/status')).cookies, 'username-');
  const report = {
    method: 'POST',
    auth: 'none',
    headers: { cookie, origin: 'null' },
    body: 'the report',
  } as const;
  expect(await app.ask('/api/security/csp-report', report)).toMatchObject({ status: 200, text: '' });
  expect(app.logged.join()).toContain('the report');
  expect((await app.ask('/api/security/csp-report', { ...report, headers: {} })).status).toBe(403);
  expect((await app.ask('/api/security/csp-report', { ...report, body: 'x'.repeat(70_000) })).status).toBe(
    413,
  );
});

test('metrics have Jupyter’s names and the present values', async () => {
  const metrics = await start();
  metrics.observe({ method: 'GET', route: '/api/status', status: 200, seconds: 0.1 });
  const { text, headers } = await app.ask('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain; version=/);
  for (const line of [
    'http_request_duration_seconds_count{method="GET",handler="/api/status",status_code="200"} 1',
    'kernel_currently_running_total{type="python3"} 2',
    'terminal_currently_running_total 1',
    'kernel_websocket_connections 3',
    'event_log_appended_events_total 42',
    'jupyter_server_started_timestamp_seconds 1',
    'jupyter_server_info{version="9.9.9"} 1',
  ])
    expect(text).toContain(`${line}\n`);
  expect((await app.ask('/metrics')).text).toContain('event_log_appended_events_total 42\n');
});
