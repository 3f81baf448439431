import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type Answer, type AppUnderTest } from '../../test/doubles/app-under-test.ts';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import type { RequestRuns } from './request-runs.ts';
import { runRoutes } from './routes.ts';
import type { RunsApi } from './runs-api.ts';
import { RunsApiError } from './runs-api-error.ts';

const RUNS = '/api/in-the-loop/v1/runs';
let app: AppUnderTest;
let authorize: Authorize;
let asked: unknown[];

/** Notes what it is asked, and answers with it. */
const note =
  (name: string) =>
  (...args: unknown[]): Promise<never> => {
    asked.push([name, ...args]);
    return Promise.resolve({ name } as never);
  };
beforeEach(async () => {
  asked = [];
  authorize = () => undefined;
  const api = {
    list: (...args: unknown[]) => {
      asked.push(['list', ...args]);
      return Promise.resolve([{ id: 'last', queued: '1970-01-01T00:00:01.000Z' }]);
    },
    get: note('get'),
    batch: note('batch'),
    batchModel: note('batchModel'),
    answer: note('answer'),
    cancel: note('cancel'),
    cancelBatch: note('cancelBatch'),
  } as unknown as RunsApi;
  const requests = { request: note('request') } as unknown as RequestRuns;
  app = await startApp({
    authenticatedRoutes: () => [runRoutes({ api, requests, authorize: (...all) => authorize(...all) })],
  });
});
afterEach(() => app.close());

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  app.ask(`${RUNS}${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });

describe(RUNS, () => {
  it('lists what is asked for, and says how to go on', async () => {
    const answer = await ask('GET', '?path=/a.ipynb/&cell=c&kernel=k&status=done&limit=1&before=5.x.y');
    expect(asked).toEqual([
      [
        'list',
        { path: 'a.ipynb', cellId: 'c', kernelId: 'k', status: 'done', before: { queuedAt: 5, id: 'x.y' } },
        1,
      ],
    ]);
    expect(answer.json()).toMatchObject({ next: '1000.last' });
    expect((await ask('GET', '')).json()).toMatchObject({ next: null });
    await ask('GET', '?request_id=one');
    expect(asked.at(-1)).toEqual(['batch', 'one']);
  });

  it.each([
    ['GET', '?limit=0', undefined],
    ['GET', '?status=dreaming', undefined],
    ['GET', '?before=x', undefined],
    ['DELETE', '', undefined],
    ['POST', '/run/input', undefined],
    ['POST', '/run/input', { value: 1 }],
  ])('refuses %s %s %j with a code and a remedy', async (method, path, body) => {
    const answer = await ask(method, path, body);
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: 'invalid_request', remedy: expect.any(String) as unknown, reason: null },
    ]);
    expect(asked).toEqual([]);
  });

  it.each([
    ['GET', '', undefined, ['read kernels']],
    ['GET', '/run', undefined, ['read kernels']],
    ['POST', '', { path: 'a' }, ['execute kernels', 'read contents']],
    ['DELETE', '?request_id=one', undefined, ['execute kernels']],
    ['DELETE', '/run', undefined, ['execute kernels']],
    ['POST', '/run/cancel', undefined, ['execute kernels']],
    ['POST', '/run/input', { value: 'x' }, ['execute kernels']],
  ])('[I7] asks whether somebody may %s %s before anything is done', async (method, path, body, rights) => {
    const questions: string[] = [];
    authorize = (_identity, action, resource) => void questions.push(`${action} ${resource}`);
    expect((await ask(method, path, body)).status).toBeLessThan(300);
    expect(questions).toEqual(rights);
    asked = [];
    for (const refused of rights) {
      authorize = (_identity, action, resource) => {
        if (`${action} ${resource}` === refused) throw new HttpError(403, 'Forbidden');
      };
      expect((await ask(method, path, body)).status).toBe(403);
    }
    expect(asked).toEqual([]);
  });

  it('passes on what is wrong with its code and details, and other errors as Jupyter words them', async () => {
    const api = {
      get: (id: string) =>
        Promise.reject(
          id === 'ours'
            ? new RunsApiError('source_changed', 'It changed.', 'Read it.', { details: { cell_id: 'c' } })
            : new HttpError(404, 'Kernel does not exist'),
        ),
    } as unknown as RunsApi;
    await app.close();
    app = await startApp({
      authenticatedRoutes: () => [runRoutes({ api, requests: {} as RequestRuns, authorize })],
    });
    const ours = await ask('GET', '/ours');
    expect([ours.status, ours.json()]).toEqual([
      409,
      { code: 'source_changed', message: 'It changed.', remedy: 'Read it.', reason: null, cell_id: 'c' },
    ]);
    const theirs = await ask('GET', '/theirs');
    expect([theirs.status, theirs.json()]).toEqual([404, { message: 'Kernel does not exist', reason: null }]);
  });
});
