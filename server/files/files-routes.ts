import type { Request, Response, Router as RouterType } from 'express';
import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { decodePath, encodePath, withoutOuterSlashes } from '../url-path.ts';
import { contentTypeOf } from './content-type.ts';
import type { FileLocator, LocatedFile } from './located-file.ts';
import { streamFile } from './stream-file.ts';
import { viewPage } from './view-page.ts';

export interface FilesDependencies {
  readonly files: FileLocator;
  /** Starts and ends with `/`. */
  readonly baseUrl: string;
  readonly authorize: Authorize;
}

const TEN_YEARS_SECONDS = 315_360_000;

/** `/files/<path>` streams a file as it is, `/view/<path>` shows it in a frame that has no rights (contract §2.3). */
export function filesRoutes({ files, baseUrl, authorize }: FilesDependencies): RouterType {
  const router = Router({ caseSensitive: true });
  router.get(/^\/files\//, async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    const file = await files.locateFile(decodePath(request.path.slice('/files'.length)));
    describe(request, response, file);
    await streamFile(request, response, file.diskPath);
  });
  router.get(/^\/view\/(?:[^/]+(?:\/[^/]+)*)?$/, async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    const path = withoutOuterSlashes(decodePath(request.path.slice('/view/'.length)));
    const { name } = await files.locateFile(path).catch((error: unknown) => {
      if (!(error instanceof HttpError)) throw error;
      throw new HttpError(404, `File does not exist: ${path}`, null, { cause: error });
    });
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.end(viewPage(name, `${baseUrl}files/${encodePath(path)}`));
  });
  return router;
}

function describe(request: Request, response: Response, file: LocatedFile): void {
  const query = new URL(request.url, 'http://local').searchParams;
  response.setHeader('Content-Type', contentTypeOf(file));
  if (query.has('v')) {
    response.setHeader('Cache-Control', `max-age=${TEN_YEARS_SECONDS}`);
    response.setHeader('Expires', new Date(Date.now() + TEN_YEARS_SECONDS * 1000).toUTCString());
  } else response.setHeader('Cache-Control', 'no-cache');
  if (file.name.endsWith('.ipynb') || (query.get('download') ?? '') !== '') {
    response.setHeader('Content-Disposition', `attachment; filename*=utf-8''${encodePath(file.name)}`);
  }
}
