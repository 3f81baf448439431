import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Router } from 'express';
import type { Response } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import type { KeptFiles } from './kept-files.ts';

/** The service worker, and what a browser forgets with when somebody logs out: both are for anybody. */
export function offlineScriptRoutes(deps: {
  /** Where the built scripts are. */
  readonly directory: string;
  readonly baseUrl: string;
  /** Whether pages may be kept. What is kept already is forgotten all the same. */
  readonly enabled: boolean;
}): Router {
  const { directory, baseUrl, enabled } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/in-the-loop-worker.js', async (_request, response) => {
    // A browser that has one asks again at each visit.
    if (!enabled) throw new HttpError(404, 'Not Found');
    response.setHeader('Service-Worker-Allowed', baseUrl);
    await sendScript(response, join(directory, 'service-worker.js'));
  });
  router.get('/in-the-loop-forget.js', async (_request, response) => {
    await sendScript(response, join(directory, 'forget.js'));
  });
  return router;
}

/** What the worker may keep; a browser whose worker is told that there is no such address keeps nothing any more. */
export function offlineRoutes(deps: {
  readonly authorize: Authorize;
  readonly enabled: boolean;
  readonly keptFiles: () => Promise<KeptFiles>;
}): Router {
  const router = Router({ caseSensitive: true, strict: true });
  if (!deps.enabled) return router;
  router.get('/api/in-the-loop/v1/offline', async (_request, response) => {
    deps.authorize(identityOf(response), 'read', 'lab');
    response.json(await deps.keptFiles());
  });
  return router;
}

async function sendScript(response: Response, file: string): Promise<void> {
  const script = await readFile(file).catch((error: unknown) => {
    throw new HttpError(404, 'Not Found', null, { cause: error });
  });
  response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
  response.setHeader('Cache-Control', 'no-cache');
  response.end(script);
}
