import { Router } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { AgentKey, AgentKeys } from './agent-keys.ts';

const KEYS = '/api/in-the-loop/v1/agent/keys';
const LARGEST_BODY = 64 * 1024;

const newKeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(['reads', 'edits', 'runs', 'destroys'])).min(1),
});

/** `/api/in-the-loop/v1/agent/keys`: see docs/ai.md. */
export function agentKeyRoutes(deps: {
  readonly keys: () => Promise<AgentKeys>;
  readonly authorize: Authorize;
}): Router {
  const { keys, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  const mayChange = (person: Identity): void => {
    authorize(person, 'write', 'contents');
    authorize(person, 'execute', 'kernels');
  };
  router.get(KEYS, async (_request, response) => {
    const person = identityOf(response);
    authorize(person, 'read', 'contents');
    response.json({ keys: (await keys()).of(person.username).map(keyModel) });
  });
  router.post(KEYS, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const parsed = newKeySchema.safeParse(await readJsonBody(request, LARGEST_BODY));
    if (!parsed.success)
      throw new HttpError(400, z.prettifyError(parsed.error), null, { cause: parsed.error });
    const all = await keys();
    if (all.isFull) throw new HttpError(409, 'There are too many keys. Revoke some first.');
    const { key, made } = await all.make(parsed.data.name, [...new Set(parsed.data.scopes)], person);
    response.setHeader('Cache-Control', 'no-store');
    response.status(201).json({ ...keyModel(made), key });
  });
  router.delete(`${KEYS}/:key`, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const all = await keys();
    const key = all.of(person.username).find(({ keyId }) => keyId === request.params['key']);
    if (key === undefined) throw new HttpError(404, 'You have no such key.');
    await all.revoke(key, person);
    response.status(204).end();
  });
  return router;
}

function keyModel({ keyId, name, scopes, madeAt }: AgentKey): object {
  return { key_id: keyId, name, scopes, made: new Date(madeAt).toISOString() };
}
