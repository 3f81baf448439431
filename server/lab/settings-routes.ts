import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { readTextBody } from '../http-body.ts';
import type { SendReply } from './json-reply.ts';
import type { LabSettings } from './lab-settings.ts';

const bodySchema = z.object({ raw: z.string() });
/** Settings are written by hand and by forms; no honest one is longer. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;

/** `/lab/api/settings` (contract §1.4). */
export function settingsRoutes(settings: LabSettings, authorize: Authorize, send: SendReply): Router {
  const router = Router();
  router.get('/lab/api/settings', async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    const idsOnly = request.query['ids_only'] === 'true';
    await send(request, response, idsOnly ? await settings.ids() : await settings.list());
  });
  router.get(/^\/lab\/api\/settings\/(.+)$/, async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    await send(request, response, await settings.get(request.params[0] ?? ''));
  });
  router.put(/^\/lab\/api\/settings\/(.+)$/, async (request, response) => {
    authorize(identityOf(response), 'write', 'lab');
    await settings.save(request.params[0] ?? '', readRaw(await readTextBody(request, MAXIMUM_BODY_BYTES)));
    response.status(204).end();
  });
  return router;
}

function readRaw(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new HttpError(400, `Failed parsing JSON payload: ${(error as Error).message}`, null, {
      cause: error,
    });
  }
  const parsed = bodySchema.safeParse(value);
  if (parsed.success) return parsed.data.raw;
  throw new HttpError(400, "Invalid format for JSON payload. Must be in the form {'raw': ...}");
}
