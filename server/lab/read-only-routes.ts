import { Router } from 'express';
import type { Response } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';

const LISTINGS = '/lab/api/listings/@jupyterlab/extensionmanager-extension/listings.json';

/**
 * What Lab asks of a server that could build it, fetch news and block extensions, answered with the truth: nothing is
 * built, fetched or blocked here, and no language server is run.
 */
export function readOnlyRoutes(authorize: Authorize): Router {
  const router = Router({ strict: true });
  const answer = (path: string, body: object): void => {
    router.get(path, (_request, response: Response) => {
      authorize(identityOf(response), 'read', 'lab');
      response.json(body);
    });
  };
  answer('/lab/api/build', { status: 'stable', message: '' });
  answer('/lab/api/news', { news: [] });
  answer('/lab/api/update', { notification: null });
  // Lab takes a 404 well too, but browsers then write an error to the console at every load.
  answer('/lsp/status', { version: 2, sessions: {}, specs: {} });
  answer(LISTINGS, {
    blocked_extensions_uris: [],
    allowed_extensions_uris: [],
    blocked_extensions: [],
    allowed_extensions: [],
  });
  router.get('/lab/api/listings/{*name}', (_request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    throw new HttpError(400, 'Bad Request');
  });
  router.post('/lab/api/build', (_request, response) => {
    authorize(identityOf(response), 'write', 'lab');
    throw new HttpError(
      500,
      'This server does not build JupyterLab; install prebuilt extensions with pip or conda',
    );
  });
  router.delete('/lab/api/build', (_request, response) => {
    authorize(identityOf(response), 'write', 'lab');
    throw new HttpError(500, 'No current build');
  });
  return router;
}
