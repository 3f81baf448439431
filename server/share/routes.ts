import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { Logger } from '../logger.ts';
import { encodePath, withoutOuterSlashes } from '../url-path.ts';
import type { ViewerLinkAnswer } from '../wire/share-api.ts';

const LINKS = '/api/in-the-loop/v1/viewer-links';
const LARGEST_BODY = 64 * 1024;
const NO_TOKEN =
  'This server has no token for viewers, and a link with your own would let others do everything. Start it with --view-token SECRET, or IN_THE_LOOP_VIEW_TOKEN=SECRET in its environment.';

const linkSchema = z.strictObject({
  path: z.string().max(4096).transform(withoutOuterSlashes).pipe(z.string().min(1)),
  page: z.enum(['lab/tree', 'notebooks']),
});

/** `/api/in-the-loop/v1/viewer-links`: see docs/share.md. The one answer that holds a token, for those who may give it away. */
export function shareRoutes(deps: {
  readonly baseUrl: string;
  /** Empty: none. */
  readonly viewToken: string;
  /** Whether a token is asked for at all: where none is, everybody may do everything. */
  readonly isTokenAsked: boolean;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): Router {
  const { baseUrl, viewToken, isTokenAsked, authorize, logger } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  router.post(LINKS, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'contents');
    const parsed = linkSchema.safeParse(await readJsonBody(request, LARGEST_BODY));
    if (!parsed.success)
      throw new HttpError(400, z.prettifyError(parsed.error), null, { cause: parsed.error });
    if (viewToken === '') throw new HttpError(409, NO_TOKEN);
    if (!isTokenAsked)
      throw new HttpError(409, 'This server asks nobody for a token: whoever opens it may do everything.');
    const { path, page } = parsed.data;
    const answer: ViewerLinkAnswer = {
      link: `${baseUrl}${page}/${encodePath(path)}?token=${encodeURIComponent(viewToken)}`,
    };
    // Who gave it away, and not what (I10).
    logger.info({ person: person.username, path }, 'A link for viewers was given out');
    response.setHeader('Cache-Control', 'no-store');
    response.json(answer);
  });
  return router;
}
