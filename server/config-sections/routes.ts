import { Router } from 'express';
import type { IncomingMessage } from 'node:http';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { ConfigSections } from './config-sections.ts';
import type { Section } from './merge-section.ts';
import { isSection } from './merge-section.ts';

/** A section's name becomes a file's: nothing but letters, digits and `_` (anything else is an unknown path). */
const SECTION = /^\/api\/config\/(\w+)$/;

/** `/api/config/{section}` (contract §2.5). */
export function configSectionRoutes(sections: ConfigSections, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(SECTION, async (request, response) => {
    authorize(identityOf(response), 'read', 'config');
    response.json(await sections.get(nameIn(request.params)));
  });
  router.put(SECTION, async (request, response) => {
    authorize(identityOf(response), 'write', 'config');
    await sections.set(nameIn(request.params), await readSection(request));
    response.status(204).end();
  });
  router.patch(SECTION, async (request, response) => {
    authorize(identityOf(response), 'write', 'config');
    response.json(await sections.update(nameIn(request.params), await readSection(request)));
  });
  return router;
}

function nameIn(parameters: Record<string, string | string[]>): string {
  return String(parameters['0']);
}

async function readSection(request: IncomingMessage): Promise<Section> {
  const body = await readJsonBody(request);
  if (!isSection(body)) throw new HttpError(400, 'A configuration section must be a JSON object');
  return body;
}
