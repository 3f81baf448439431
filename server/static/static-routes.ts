import { Router } from 'express';
import type { LinkPolicy } from './find-static-file.ts';
import type { StaticFiles } from './static-files.ts';

export interface StaticMount {
  /** Starts with `/` and ends without one. A longer one that also matches comes first in the list. */
  readonly url: string;
  /** The search path; asked at each request, so that the server's start reads nothing. */
  readonly directories: () => Promise<readonly string[]>;
  readonly links: LinkPolicy;
}

/**
 * Files that anybody may read, signed in or not, as in Jupyter: the login page needs some of them, and all of them are
 * the published files of installed packages. So no right is asked for here.
 */
export function staticRoutes(files: StaticFiles, mounts: readonly StaticMount[]): Router {
  const router = Router();
  for (const mount of mounts) {
    router.get(`${mount.url}/{*path}`, async (request, response) => {
      const path = request.params['path'] as unknown as readonly string[] | undefined;
      await files.send(request, response, await mount.directories(), path?.join('/') ?? '', mount.links);
    });
  }
  return router;
}
