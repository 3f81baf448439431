import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { outputPart } from './output-part.ts';

const PATH = '/api/in-the-loop/v1/outputs/:sha256';

/**
 * `GET /api/in-the-loop/v1/outputs/{sha256}`: the output that a reference stands for, as nbformat stores it; with `?type=`
 * its data of that type alone, for people to look at. What has a hash is never another: it is asked for once.
 */
export function outputRoutes(deps: {
  readonly authorize: Authorize;
  /** As JSON; null where no document has it. */
  find(sha256: string): Promise<string | null>;
}): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(PATH, async (request, response) => {
    deps.authorize(identityOf(response), 'read', 'contents');
    const { sha256 } = request.params;
    const text = /^[0-9a-f]{64}$/.test(sha256) ? await deps.find(sha256) : null;
    if (text === null)
      throw new HttpError(404, 'No notebook has this output any more. Run its cell again to get it back.');
    const { type } = request.query;
    const part =
      typeof type === 'string' ? outputPart(text, type) : { type: 'application/json', bytes: text };
    if (part === null) throw new HttpError(404, 'The output has no such data.');
    response.setHeader('Content-Type', part.type);
    response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
    response.setHeader('ETag', `"${sha256}"`);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // Whatever somebody's notebook holds: it is only to be looked at.
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
    response.end(part.bytes);
  });
  return router;
}
