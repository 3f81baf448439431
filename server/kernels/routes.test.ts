import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { MemoryEventLog } from '../../event-log/memory-event-log.ts';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { Answer, AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import type { KernelModel } from './kernel-model.ts';
import { Kernels } from './kernels.ts';
import { kernelRoutes } from './routes.ts';

let supervisor: MemorySupervisor;
let kernels: Kernels;
let app: AppUnderTest;
let authorize: Authorize = authorizeSignedIn;
beforeEach(async () => {
  authorize = authorizeSignedIn;
  supervisor = new MemorySupervisor();
  kernels = new Kernels({
    supervisor,
    kernelspecs: memoryKernelspecs(['python3']),
    log: new MemoryEventLog(),
    logger: pino({ level: 'silent' }),
    rootDirectory: '/',
    pythonPrefix: '/none',
    runtimeDirectory: '/none',
    environment: {},
    onAction: () => undefined,
  });
  app = await startApp({
    baseUrl: '/base/',
    authenticatedRoutes: () => [
      kernelRoutes({ kernels, baseUrl: '/base/', authorize: (...asked) => authorize(...asked) }),
    ],
  });
});
afterEach(async () => {
  await kernels.end();
  await app.close();
});

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  app.ask(`/base/api/kernels${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
async function started(): Promise<string> {
  return ((await ask('POST', '', {})).json() as KernelModel).id;
}
const NOBODY = '01234567-89ab-cdef-0123-456789abcdef';

describe('/api/kernels', () => {
  test('POST starts a kernel and says where it is', async () => {
    const answer = await ask('POST', '', { name: 'python3', path: 'tmp' });
    const model = answer.json() as KernelModel;
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/base/api/kernels/${model.id}`);
    expect(model).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      name: 'python3',
      last_activity: expect.any(String) as unknown,
      execution_state: 'starting',
      connections: 0,
    });
    expect((await ask('GET', '')).json()).toEqual([model]);
    expect((await ask('GET', `/${model.id}`)).json()).toEqual(model);
  });

  test.each([undefined, null, {}, { name: null }, { kernel_id: null, path: 7 }])(
    'POST of %j starts the default kernel',
    async (body) => {
      expect((await ask('POST', '', body)).json()).toMatchObject({ name: 'python3' });
    },
  );

  test('POST takes limits, and says what is wrong with them', async () => {
    await ask('POST', '', { limits: { memory: '1GB', idle_time: 60 } });
    const limits = { softMemory: null, memory: 1e9, cpuTime: null, wallTime: null, idleTime: 60 };
    expect(supervisor.kernels[0]?.request.limits).toEqual(limits);
    const wrong = await ask('POST', '', { limits: { memory: 'much' } });
    expect(wrong.status).toBe(400);
    expect(wrong.json()).toMatchObject({ message: expect.stringContaining('limits.memory') as unknown });
    await ask('POST', '', {});
    expect(supervisor.kernels.at(-1)?.request.limits).toBeUndefined();
  });

  test('POST from a gateway sets its environment and folder, within bounds', async () => {
    const env = { KERNEL_WORKING_DIR: '/usr', KERNEL_USERNAME: 'ada', PATH: '/evil' };
    await ask('POST', '', { name: 'python3', env });
    expect(supervisor.last.request).toMatchObject({
      workingDirectory: '/usr',
      environment: { KERNEL_WORKING_DIR: '/usr', KERNEL_USERNAME: 'ada' },
    });
    expect(supervisor.last.request.environment).not.toHaveProperty('PATH');
  });

  test.each([[[]], ['text'], [7], [{ name: 7 }], [{ kernel_id: {} }], [{ name: 'unknown' }]])(
    'POST of %j is an unexpected error, as in Jupyter',
    async (body) => {
      const answer = await ask('POST', '', body);
      expect(answer.status).toBe(500);
      expect(answer.json()).toMatchObject({ message: 'Unhandled error' });
      expect(supervisor.kernels).toEqual([]);
    },
  );

  test('POST of a kernel that does not start tells why', async () => {
    supervisor.failure = new KernelError('KERNEL_LAUNCH_FAILED', 'could not run /no/such/program');
    const answer = await ask('POST', '', {});
    expect(answer.status).toBe(500);
    expect(answer.json()).toMatchObject({ message: 'could not run /no/such/program' });
  });

  test('interrupts with 204, restarts with 200 and the model, shuts down with 204', async () => {
    const id = await started();
    const interrupted = await ask('POST', `/${id}/interrupt`);
    expect([interrupted.status, interrupted.text]).toEqual([204, '']);
    const restarted = await ask('POST', `/${id}/restart`, {});
    expect(restarted.status).toBe(200);
    expect(restarted.json()).toMatchObject({ id, name: 'python3' });
    const ended = await ask('DELETE', `/${id}`);
    expect([ended.status, ended.text]).toEqual([204, '']);
    expect(supervisor.last.asked).toEqual(['interrupt', 'restart', 'shutdown']);
    expect((await ask('GET', '')).json()).toEqual([]);
  });

  test('an unknown kernel is 404 to all but a restart, as in Jupyter', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/interrupt'],
    ] as const) {
      const answer = await ask(method, `/${NOBODY}${path}`);
      expect(answer.status).toBe(404);
      expect(answer.json()).toMatchObject({ message: `Kernel does not exist: ${NOBODY}` });
    }
    const restart = await ask('POST', `/${NOBODY}/restart`);
    expect([restart.status, restart.json()]).toEqual([
      500,
      { message: 'Exception restarting kernel', reason: null },
    ]);
  });

  test('a restart that fails is told, and the kernel is gone if it is over', async () => {
    const id = await started();
    supervisor.last.failures.set('restart', new KernelError('KERNEL_LAUNCH_FAILED', 'no'));
    expect((await ask('POST', `/${id}/restart`)).status).toBe(500);
    supervisor.last.dieForGood();
    expect((await ask('GET', `/${id}`)).status).toBe(404);
  });

  test('what does not look like an id is an unknown path', async () => {
    for (const path of ['/x', '/..', `/${NOBODY}/unknown`]) expect((await ask('GET', path)).status).toBe(404);
  });

  test('I7: every request asks for its right', async () => {
    const id = await started();
    const asked: string[] = [];
    authorize = (_identity, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new HttpError(403, 'Forbidden');
    };
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/interrupt`],
      ['POST', `/${id}/restart`],
    ] as const)
      expect((await ask(method, path)).status).toBe(403);
    expect(asked).toEqual(
      ['read', 'write', 'read', 'write', 'write', 'write'].map((action) => `${action} kernels`),
    );
    expect(supervisor.last.asked).toEqual([]);
  });
});
