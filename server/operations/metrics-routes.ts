import { Router } from 'express';
import type { Response } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import type { Metrics } from './metrics.ts';

/** `/metrics`: among the public routes, because a collector is told 403 and not led to a login page. */
export function metricsRoutes(metrics: Metrics, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/metrics', async (_request, response: Response) => {
    const identity = response.locals['identity'] as Identity | null;
    if (identity === null) throw new HttpError(403, '');
    authorize(identity, 'read', 'server');
    response.setHeader('Content-Type', metrics.contentType);
    response.end(await metrics.text());
  });
  return router;
}
