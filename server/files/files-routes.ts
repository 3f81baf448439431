import type { Request, Response, Router as RouterType } from 'express';
import { Router } from 'express';
import send from 'send';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { decodePath, encodePath } from '../url-path.ts';
import { contentTypeOf } from './content-type.ts';
import type { FileLocator, LocatedFile } from './located-file.ts';
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
    await stream(request, response, file);
  });
  router.get(/^\/view\//, async (request, response) => {
    authorize(identityOf(response), 'read', 'contents');
    const path = decodePath(request.path.slice('/view/'.length)).replace(/^\/+|\/+$/g, '');
    const { name } = await files.locateFile(path);
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.end(viewPage(name, `${baseUrl}files/${encodePath(path)}`));
  });
  return router;
}

function stream(request: Request, response: Response, file: LocatedFile): Promise<void> {
  const query = new URL(request.url, 'http://local').searchParams;
  response.setHeader('Content-Type', contentTypeOf(file));
  response.setHeader('Cache-Control', query.has('v') ? `max-age=${TEN_YEARS_SECONDS}` : 'no-cache');
  if (file.name.endsWith('.ipynb') || (query.get('download') ?? '') !== '') {
    response.setHeader('Content-Disposition', `attachment; filename*=utf-8''${encodePath(file.name)}`);
  }
  const options = { dotfiles: 'allow', etag: false, cacheControl: false, index: false } as const;
  return new Promise((resolve, reject) => {
    response.on('close', resolve);
    send(request, encodePath(file.diskPath), options)
      .on('error', (error: Error & { status?: number }) => {
        reject(new HttpError(error.status ?? 500, error.message, null, { cause: error }));
      })
      .pipe(response);
  });
}
