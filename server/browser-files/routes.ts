import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { HOST_FILES_PATH } from '../wire/browser-runtime.ts';
import { PACKAGES_PATH } from '../wire/browser-runtime-files.ts';
import type { BrowserFiles } from './browser-files.ts';
import type { FileFolder } from './file-folder.ts';
import { isolate } from './isolation-headers.ts';

/** Sends a file of one of our folders as all static files are sent; its headers of caching are set already. @throws HttpError 404 */
export type SendFrom = (
  request: Request,
  response: Response,
  directory: string,
  path: string,
) => Promise<void>;

/** Their addresses change with what is in them. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const FOR_EVER_PRIVATE = 'private, max-age=31536000, immutable';

/** What kernels in pages are made of: published files, for anybody, as those of the front-ends are. */
export function browserFileRoutes(files: BrowserFiles, send: SendFrom): Router {
  const router = Router();
  router.get(`/${HOST_FILES_PATH}:folder/{*path}`, async (request, response) => {
    await serve(request, response, files.published, { send, caching: FOR_EVER });
  });
  return router;
}

/** Somebody's folder of packages. */
export function browserPackageRoutes(
  { packages }: BrowserFiles,
  deps: { readonly send: SendFrom; readonly authorize: Authorize },
): Router {
  const router = Router();
  const folders = packages === null ? [] : [packages];
  router.get(`/${PACKAGES_PATH}:folder/{*path}`, async (request, response) => {
    deps.authorize(identityOf(response), 'read', 'lab');
    await serve(request, response, folders, { send: deps.send, caching: FOR_EVER_PRIVATE });
  });
  return router;
}

/** @throws HttpError 404, also for what was another version's */
async function serve(
  request: Request,
  response: Response,
  folders: readonly FileFolder[],
  { send, caching }: { readonly send: SendFrom; readonly caching: string },
): Promise<void> {
  const found = folders.find(({ name }) => name === request.params['folder']);
  const segments = request.params['path'] as unknown as readonly string[] | undefined;
  const path = segments?.join('/') ?? '';
  if (found?.serves(path) !== true) throw new HttpError(404, 'Not Found');
  isolate(response, path);
  response.setHeader('Cache-Control', caching);
  await send(request, response, found.directory, path);
}
