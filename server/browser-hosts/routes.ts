import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { HOSTS_PATH } from '../wire/browser-runtime.ts';
import type { BrowserHosts } from './browser-hosts.ts';
import { hostLeftSchema } from './host-says.ts';

const LARGEST_BODY = 16_384;

/** `/api/in-the-loop/v1/browser-runtime/hosts`: see docs/browser-kernels.md. */
export function browserHostRoutes(deps: {
  readonly hosts: BrowserHosts;
  readonly authorize: Authorize;
}): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post(`/${HOSTS_PATH}/:host/left`, async (request, response) => {
    const person = identityOf(response);
    deps.authorize(person, 'execute', 'kernels');
    const parsed = hostLeftSchema.safeParse(await readJsonBody(request, LARGEST_BODY));
    if (!parsed.success)
      throw new HttpError(400, z.prettifyError(parsed.error), null, { cause: parsed.error });
    deps.hosts.left(String(request.params.host), parsed.data, person);
    response.status(204).end();
  });
  return router;
}
