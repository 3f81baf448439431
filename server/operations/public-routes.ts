import { Router } from 'express';

/** What anybody may know: that a Jupyter server runs here, which version of its API it speaks, and that it is well. */
export function publicOperationRoutes({ version }: { readonly version: string }): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/api', (_request, response) => response.json({ version }));
  router.get('/healthz', (_request, response) => response.json({ status: 'ok' }));
  return router;
}
