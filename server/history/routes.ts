import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { withoutOuterSlashes } from '../url-path.ts';
import type { FileHistory } from './file-history.ts';
import type { RestoreVersion } from './restore-version.ts';
import type { Timeline } from './timeline.ts';

const HISTORY = '/api/in-the-loop/v1/history';
const LARGEST_BODY = 1024 * 1024;

const path = z.string().min(1).transform(withoutOuterSlashes);
const version = z.coerce.number().int().min(1);
const orNow = z.union([z.literal('now'), version]);
const listSchema = z.object({
  path,
  before: version.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const versionSchema = z.object({ path, version: orNow });
const differenceSchema = z.object({ path, from: version, to: orNow.default('now') });
const restoreSchema = z.strictObject({
  path,
  version: z.int().min(1),
  cells: z.array(z.string().min(1)).min(1).max(10_000).optional(),
});

/** `/api/in-the-loop/v1/history`: see docs/history.md. */
export function historyRoutes(deps: {
  readonly timeline: Timeline;
  readonly history: FileHistory;
  readonly restoring: RestoreVersion;
  readonly authorize: Authorize;
}): Router {
  const { timeline, history, restoring, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get(HISTORY, async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    const asked = valid(listSchema, request.query);
    response.json(await timeline.page(asked.path, { before: asked.before ?? null, limit: asked.limit }));
  });
  router.get(`${HISTORY}/version`, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'read', 'contents');
    const asked = valid(versionSchema, request.query);
    response.json(await history.content(asked.path, asked.version, identity.username));
  });
  router.get(`${HISTORY}/difference`, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'read', 'contents');
    const asked = valid(differenceSchema, request.query);
    response.json(await history.difference(asked.path, asked, identity.username));
  });
  router.post(`${HISTORY}/restore`, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'contents');
    const asked = valid(restoreSchema, await readJsonBody(request, LARGEST_BODY));
    await restoring.restore({ ...asked, cells: asked.cells ?? null }, identity.username);
    response.status(204).end();
  });
  return router;
}

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, z.prettifyError(parsed.error), null, { cause: parsed.error });
}
