import { Router, type Request } from 'express';
import { z } from 'zod';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';
import type { RuntimeAgentKey, RuntimeAgentsAnswer } from '../wire/places-api.ts';
import type { RuntimeAgents } from './runtime-agents.ts';

const AGENTS = '/api/in-the-loop/v1/runtime-agents';
const LARGEST_BODY = 64 * 1024;

const newAgentSchema = z.strictObject({ title: z.string().trim().min(1).max(100) });

/** `/api/in-the-loop/v1/runtime-agents`: see docs/runtime-agents.md. */
export function runtimeAgentRoutes(deps: {
  readonly agents: RuntimeAgents;
  readonly baseUrl: string;
  readonly authorize: Authorize;
}): Router {
  const { agents, baseUrl, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  router.get(AGENTS, (_request, response) => {
    authorize(identityOf(response), 'read', 'places');
    response.json({ agents: agents.list() } satisfies RuntimeAgentsAnswer);
  });
  router.post(AGENTS, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'places');
    const parsed = newAgentSchema.safeParse(await readJsonBody(request, LARGEST_BODY));
    if (!parsed.success)
      throw new HttpError(400, z.prettifyError(parsed.error), null, { cause: parsed.error });
    const { key, agent } = await agents.make(parsed.data.title, person);
    const command = commandFor(key, serverUrlOf(request, baseUrl));
    response.setHeader('Cache-Control', 'no-store');
    response.status(201).json({ agent, key, command } satisfies RuntimeAgentKey);
  });
  router.delete(`${AGENTS}/:id`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'write', 'places');
    await agents.revoke(request.params['id'] ?? '', person.username);
    response.status(204).end();
  });
  return router;
}

/** In the environment and no argument, for every user of a machine can read the arguments of all processes there. */
function commandFor(key: string, server: string): string {
  return `IN_THE_LOOP_AGENT_KEY=${key} in-the-loop agent --server '${server.replaceAll("'", `'\\''`)}'`;
}

/** As whoever asks reaches the server: the machine is to come the same way. */
function serverUrlOf({ headers, socket }: Request, baseUrl: string): string {
  const forwarded = String(headers['x-forwarded-proto'] ?? '').trim();
  const isEncrypted = /^https\b/i.test(forwarded) || 'encrypted' in socket;
  return `${isEncrypted ? 'https' : 'http'}://${headers.host ?? 'localhost'}${baseUrl}`;
}
