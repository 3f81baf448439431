import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { readTextBody } from '../http-body.ts';
import { jsonReply } from './json-reply.ts';
import type { SendReply } from './json-reply.ts';
import type { LabWorkspaces } from './lab-workspaces.ts';

const NAMED = /^\/lab\/api\/workspaces\/(.+)$/;

/** `/lab/api/workspaces` (contract §1.4). */
export function workspaceRoutes(workspaces: LabWorkspaces, authorize: Authorize, send: SendReply): Router {
  const router = Router();
  router.get('/lab/api/workspaces', async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    await send(request, response, jsonReply(await workspaces.list()));
  });
  router.get(NAMED, async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    await send(request, response, jsonReply(await workspaces.load(nameIn(request.params))));
  });
  router.put(NAMED, async (request, response) => {
    authorize(identityOf(response), 'write', 'lab');
    await workspaces.save(nameIn(request.params), (await readTextBody(request)).trim());
    response.status(204).end();
  });
  router.delete(NAMED, async (request, response) => {
    authorize(identityOf(response), 'write', 'lab');
    await workspaces.delete(nameIn(request.params));
    response.status(204).end();
  });
  for (const method of ['put', 'delete'] as const) {
    router[method]('/lab/api/workspaces', (_request, response) => {
      authorize(identityOf(response), 'write', 'lab');
      throw new HttpError(400, `Workspace name is required for ${method.toUpperCase()}.`);
    });
  }
  return router;
}

function nameIn(parameters: Record<string, string | string[]>): string {
  return String(parameters[0]);
}
