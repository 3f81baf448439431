import { Router } from 'express';
import type { ErrorRequestHandler, Request } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { hostIn } from '../host-header.ts';
import { readJsonBody } from '../http-body.ts';
import { withoutOuterSlashes } from '../url-path.ts';
import type { RequestRuns } from './request-runs.ts';
import type { RunPlace } from './run-filter.ts';
import type { RunsApi } from './runs-api.ts';
import { RunsApiError } from './runs-api-error.ts';

const RUNS = '/api/in-the-loop/v1/runs';
const STATUSES = [
  'queued',
  'running',
  'done',
  'failed',
  'aborted',
  'cancelled',
  'interrupted',
  'lost',
] as const;
const LARGEST_BODY = 4 * 1024 * 1024;

const listSchema = z.object({
  path: z.string().optional(),
  cell: z.string().optional(),
  kernel: z.string().optional(),
  status: z.enum(STATUSES).optional(),
  request_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  before: z.string().optional(),
});
const inputSchema = z.strictObject({ value: z.string() });

/** `/api/in-the-loop/v1/runs`: see docs/runs.md. */
export function runRoutes(deps: {
  readonly api: RunsApi;
  readonly requests: RequestRuns;
  readonly authorize: Authorize;
}): Router {
  const { api, requests, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get(RUNS, async (request, response) => {
    authorize(identityOf(response), 'read', 'kernels');
    const {
      path,
      cell,
      kernel,
      status,
      request_id: requestId,
      limit,
      before,
    } = valid(listSchema, request.query);
    if (requestId !== undefined) {
      response.json(await api.batch(requestId));
      return;
    }
    const wanted = {
      path: path === undefined ? null : withoutOuterSlashes(path),
      cellId: cell ?? null,
      kernelId: kernel ?? null,
      status: status ?? null,
      before: before === undefined ? null : placeOf(before),
    };
    const runs = await api.list(wanted, limit);
    const last = runs.length === limit ? runs.at(-1) : undefined;
    response.json({ runs, next: last === undefined ? null : `${Date.parse(last.queued)}.${last.id}` });
  });
  router.post(RUNS, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'execute', 'kernels');
    authorize(identity, 'read', 'contents');
    const batch = await requests.request(
      await readJsonBody(request, LARGEST_BODY),
      identity.username,
      hostIn(request),
    );
    response.status(202).json(await api.batchModel(batch));
  });
  router.delete(RUNS, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'execute', 'kernels');
    const { request_id: requestId } = valid(z.object({ request_id: z.string() }), request.query);
    response.json(await api.cancelBatch(requestId, identity.username));
  });
  router.get(`${RUNS}/:run`, async (request, response) => {
    authorize(identityOf(response), 'read', 'kernels');
    response.json(await api.get(runIn(request)));
  });
  router.post(`${RUNS}/:run/input`, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'execute', 'kernels');
    const { value } = valid(inputSchema, await readJsonBody(request, LARGEST_BODY));
    await api.answer(runIn(request), value, identity.username);
    response.json(await api.get(runIn(request)));
  });
  const cancelled = async (request: Request, actor: string): Promise<unknown> => {
    await api.cancel(runIn(request), actor);
    return api.get(runIn(request));
  };
  router.post(`${RUNS}/:run/cancel`, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'execute', 'kernels');
    response.json(await cancelled(request, identity.username));
  });
  router.delete(`${RUNS}/:run`, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'execute', 'kernels');
    response.json(await cancelled(request, identity.username));
  });
  router.use(RUNS, sendRunsApiError);
  return router;
}

// Express knows an error handler by its four parameters.
const sendRunsApiError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof RunsApiError) response.status(error.status).json(error.body);
  else next(error);
};

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RunsApiError('invalid_request', z.prettifyError(parsed.error), 'See docs/runs.md.', {
    cause: parsed.error,
  });
}

/** What `next` said. */
function placeOf(before: string): RunPlace {
  const dot = before.indexOf('.');
  const queuedAt = Number(before.slice(0, dot));
  if (dot > 0 && Number.isSafeInteger(queuedAt)) return { queuedAt, id: before.slice(dot + 1) };
  throw new RunsApiError('invalid_request', `"before" is not what "next" said: ${before}`, 'Leave it out.');
}

function runIn(request: Request): string {
  return String(request.params['run']);
}
