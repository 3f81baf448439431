import { Router } from 'express';
import type { ServerAssets } from './server-assets.ts';
import type { StaticFiles } from './static-files.ts';

/** Browsers ask for it by themselves wherever a page names none, such as on the answers of the API. */
export function faviconRoute(files: StaticFiles, assets: ServerAssets): Router {
  const router = Router({ strict: true });
  router.get('/favicon.ico', async (request, response) => {
    await files.send(request, response, await assets.directories(), 'favicon.ico', 'inside');
  });
  return router;
}
