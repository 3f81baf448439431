import { Router } from 'express';
import type { Request, Response } from 'express';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { hostIn } from '../host-header.ts';
import { HttpError } from '../http-error.ts';
import { reprText } from '../python-text.ts';
import { readNewSession, readSessionChange } from './session-request.ts';
import type { Sessions } from './sessions.ts';

const SESSION = /^\/api\/sessions\/(\w+-\w+-\w+-\w+-\w+)$/;

/** `/api/sessions` (contract §2.4). */
export function sessionRoutes(deps: {
  readonly sessions: Sessions;
  readonly baseUrl: string;
  readonly authorize: Authorize;
}): Router {
  const { sessions, baseUrl, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });

  router.get('/api/sessions', async (_request, response) => {
    authorize(identityOf(response), 'read', 'sessions');
    response.json(await sessions.list());
  });
  router.post('/api/sessions', async (request, response) => {
    const { username } = identityOf(response);
    authorize(identityOf(response), 'write', 'sessions');
    const wanted = readNewSession(await readJsonBody(request));
    try {
      const model = await sessions.create(wanted, username, hostIn(request));
      response.setHeader('Location', `${baseUrl}api/sessions/${model.id}`);
      // Also for one that was there already (contract §2.4).
      response.status(201).json(model);
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if (!(error instanceof KernelError) || error.code !== 'KERNEL_SPEC_UNKNOWN')
        throw new HttpError(500, messageOf(error), null, { cause: error });
      const name = wanted.kernelName ?? 'None';
      sendUnavailable(
        response,
        `The '${name}' kernel is not available. Please pick another suitable kernel instead, or install that kernel.`,
        `${name} not found`,
      );
    }
  });
  router.get(SESSION, async (request, response) => {
    authorize(identityOf(response), 'read', 'sessions');
    response.json(await sessions.get(idIn(request)));
  });
  router.patch(SESSION, async (request, response) => {
    const { username } = identityOf(response);
    authorize(identityOf(response), 'write', 'sessions');
    const body = await readJsonBody(request);
    // Jupyter misses the body first, then the session, and then looks into the body.
    if (body !== null) await sessions.get(idIn(request));
    const change = readSessionChange(body);
    try {
      response.json(await sessions.change(idIn(request), change, username, hostIn(request)));
    } catch (error) {
      if (change.kernel === undefined || !('name' in change.kernel)) throw error;
      const { name } = change.kernel;
      sendUnavailable(
        response,
        `The '${name}' kernel could not be started: ${reprText(messageOf(error))}`,
        `Error starting kernel ${name}`,
      );
    }
  });
  router.delete(SESSION, async (request, response) => {
    const { username } = identityOf(response);
    authorize(identityOf(response), 'write', 'sessions');
    await sessions.delete(idIn(request), username);
    response.status(204).end();
  });
  return router;
}

function sendUnavailable(response: Response, message: string, shortMessage: string): void {
  response.status(501).json({ message, short_message: shortMessage });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function idIn(request: Request): string {
  return String(request.params['0']);
}
