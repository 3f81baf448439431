import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { jsonReply } from './json-reply.ts';
import type { SendReply } from './json-reply.ts';
import type { LanguagePacks } from './language-packs.ts';

/** `/lab/api/translations`: always 200; what is wrong is said in `message` (contract §1.4). */
export function translationRoutes(
  packs: LanguagePacks,
  chosenLocale: () => Promise<string>,
  authorize: Authorize,
  send: SendReply,
): Router {
  const router = Router();
  router.get('/lab/api/translations', async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    await send(request, response, jsonReply(await packs.list(await chosenLocale())));
  });
  router.get('/lab/api/translations/:locale', async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    await send(request, response, jsonReply(await packs.load(request.params.locale)));
  });
  return router;
}
