import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { Answer, AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { Kernels } from '../kernels/kernels.ts';
import { sessionRoutes } from './routes.ts';
import type { SessionModel } from './session-model.ts';
import { Sessions } from './sessions.ts';

let supervisor: MemorySupervisor;
let kernels: Kernels;
let app: AppUnderTest;
let authorize: Authorize;
beforeEach(async () => {
  authorize = authorizeSignedIn;
  supervisor = new MemorySupervisor();
  const [log, logger, rootDirectory] = [new MemoryEventLog(), pino({ level: 'silent' }), '/'];
  const kernelspecs = memoryKernelspecs(['python3', 'deno']);
  kernels = new Kernels({
    supervisor,
    kernelspecs,
    log,
    logger,
    rootDirectory,
    pythonPrefix: '/none',
    runtimeDirectory: '/none',
    environment: {},
    onAction: () => undefined,
  });
  const sessions = new Sessions({ kernels, log, logger, rootDirectory, hasRun: null });
  app = await startApp({
    baseUrl: '/base/',
    authenticatedRoutes: () => [
      sessionRoutes({ sessions, baseUrl: '/base/', authorize: (...asked) => authorize(...asked) }),
    ],
  });
});
afterEach(async () => {
  await kernels.end();
  await app.close();
});

const ask = (method: string, path = '', body?: unknown): Promise<Answer> =>
  app.ask(`/base/api/sessions${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
/** As Lab opens a notebook: a random path first (contract §4). */
const opening = {
  path: 'folder/6fd5-random',
  name: 'a.ipynb',
  type: 'notebook',
  kernel: { name: 'python3' },
};
async function opened(): Promise<SessionModel> {
  return (await ask('POST', '', opening)).json() as SessionModel;
}

describe('/api/sessions', () => {
  test('POST passes limits on to the kernel, and says what is wrong with them', async () => {
    expect((await ask('POST', '', { ...opening, limits: { memory: '1GB' } })).status).toBe(201);
    expect(supervisor.kernels[0]?.request.limits).toMatchObject({ memory: 1e9 });
    const wrong = await ask('POST', '', { ...opening, path: 'b.ipynb', limits: 'much' });
    expect(wrong.status).toBe(400);
  });

  test('a notebook is opened as Lab does it: POST, then PATCH of path and name, and listed all the while', async () => {
    const answer = await ask('POST', '', opening);
    const model = answer.json() as SessionModel;
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/base/api/sessions/${model.id}`);
    expect(model).toMatchObject({
      path: opening.path,
      name: 'a.ipynb',
      type: 'notebook',
      kernel: { name: 'python3', execution_state: 'starting', connections: 0 },
      notebook: { path: opening.path, name: 'a.ipynb' },
    });
    expect((await ask('GET')).json()).toEqual([model]);
    const renamed = await ask('PATCH', `/${model.id}`, { id: model.id, path: 'folder/a.ipynb' });
    expect(renamed.status).toBe(200);
    expect(renamed.json()).toMatchObject({
      path: 'folder/a.ipynb',
      name: 'a.ipynb',
      kernel: { id: supervisor.last.id },
    });
    expect((await ask('GET', `/${model.id}`)).json()).toEqual(renamed.json());
    expect((await ask('GET')).json()).toEqual([renamed.json()]);
  });

  test('POST of a document that is open answers its session, with 201 all the same', async () => {
    const first = await opened();
    const again = await ask('POST', '', { ...opening, kernel: { name: 'deno' } });
    expect(again.status).toBe(201);
    expect(again.json()).toMatchObject({ id: first.id, kernel: { name: 'python3' } });
    expect(supervisor.kernels).toHaveLength(1);
  });

  test('PATCH changes to another kernel by name; the one before is ended', async () => {
    const { id } = await opened();
    const changed = await ask('PATCH', `/${id}`, { kernel: { name: 'deno' } });
    expect(changed.json()).toMatchObject({ id, kernel: { name: 'deno', id: supervisor.last.id } });
    expect(supervisor.kernels.map(({ isOver }) => isOver)).toEqual([true, false]);
    expect(kernels.count).toBe(1);
  });

  test('DELETE ends the kernel, too; afterwards there is neither', async () => {
    const { id } = await opened();
    const ended = await ask('DELETE', `/${id}`);
    expect([ended.status, ended.text]).toEqual([204, '']);
    expect(supervisor.running).toBe(0);
    expect((await ask('GET')).json()).toEqual([]);
    for (const method of ['GET', 'DELETE', 'PATCH'])
      expect((await ask(method, `/${id}`, method === 'PATCH' ? {} : undefined)).status).toBe(404);
  });

  test('a kernel that died for good takes its session along', async () => {
    await opened();
    supervisor.last.dieForGood();
    expect((await ask('GET')).json()).toEqual([]);
  });

  test('an unknown kernelspec is 501 with what a person can do, of POST and PATCH', async () => {
    const answer = await ask('POST', '', { ...opening, kernel: { name: 'none' } });
    expect(answer.status).toBe(501);
    expect(answer.json()).toEqual({
      message: expect.stringContaining("The 'none' kernel is not available.") as unknown,
      short_message: 'none not found',
    });
    const { id } = await opened();
    const change = await ask('PATCH', `/${id}`, { kernel: { name: 'none' } });
    expect(change.status).toBe(501);
    expect(change.json()).toMatchObject({ short_message: 'Error starting kernel none' });
  });

  test('a kernel that does not start is told, and leaves no session', async () => {
    supervisor.failure = new KernelError('KERNEL_LAUNCH_FAILED', 'could not run it');
    const answer = await ask('POST', '', opening);
    expect([answer.status, answer.json()]).toMatchObject([500, { message: 'could not run it' }]);
    expect((await ask('GET')).json()).toEqual([]);
  });

  test('what is missing is 400, also of a session that is not there', async () => {
    for (const body of [undefined, { path: 'a' }, { type: 'notebook' }])
      expect((await ask('POST', '', body)).status).toBe(400);
    const { id } = await opened();
    expect((await ask('PATCH', `/${id}`)).status).toBe(400);
    expect((await ask('PATCH', '/a-b-c-d-e')).status).toBe(400);
    expect((await ask('PATCH', `/${id}`, { kernel: { id: 'none' } })).status).toBe(400);
  });

  test('I7: every request asks for its right', async () => {
    const { id } = await opened();
    const asked: string[] = [];
    authorize = (_identity, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new HttpError(403, 'Forbidden');
    };
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${id}`],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}`],
    ] as const)
      expect((await ask(method, path)).status).toBe(403);
    expect(asked).toEqual(['read', 'write', 'read', 'write', 'write'].map((action) => `${action} sessions`));
    expect(kernels.count).toBe(1);
  });
});
