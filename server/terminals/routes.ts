import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import { jupyterTimestamp } from '../timestamp.ts';
import type { Terminal } from './terminal.ts';
import type { Terminals } from './terminals.ts';

const TERMINAL = /^\/api\/terminals\/(\w+)$/;

/** A name of other characters could never be asked for again: paths of terminals hold only these. */
const requestSchema = z.object({
  name: z.union([z.string().regex(/^\w*$/), z.int().transform(String)]).nullish(),
  cwd: z.string().nullish(),
});

/** `/api/terminals` (contract §2.5). */
export function terminalRoutes(terminals: Terminals, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });

  router.get('/api/terminals', (_request, response) => {
    authorize(identityOf(response), 'read', 'terminals');
    response.json(terminals.list().map(model));
  });
  router.post('/api/terminals', async (request, response) => {
    authorize(identityOf(response), 'write', 'terminals');
    const wished = requestSchema.safeParse((await readJsonBody(request)) ?? {});
    if (!wished.success)
      throw new HttpError(400, 'A terminal takes a name of letters, digits and _, and a cwd');
    const { name, cwd } = wished.data;
    response.json(model(await terminals.open(name || null, cwd ?? null)));
  });
  router.get(TERMINAL, (request, response) => {
    authorize(identityOf(response), 'read', 'terminals');
    response.json(model(terminals.get(nameIn(request.params))));
  });
  router.delete(TERMINAL, async (request, response) => {
    authorize(identityOf(response), 'write', 'terminals');
    await terminals.get(nameIn(request.params)).terminate();
    response.status(204).end();
  });
  return router;
}

function nameIn(parameters: Record<string, string | string[]>): string {
  return String(parameters['0']);
}

function model({ name, lastActivity }: Terminal): { name: string; last_activity: string } {
  return { name, last_activity: jupyterTimestamp(lastActivity) };
}
