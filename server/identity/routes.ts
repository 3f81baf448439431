import { Router } from 'express';
import { z } from 'zod';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Action, Authorize, Resource } from '../auth/authorize.ts';
import { fromIdentityModel, toIdentityModel } from '../auth/identity-model.ts';
import { identityOf } from '../auth/identity.ts';
import { may } from '../auth/may.ts';
import { readJsonBody } from '../http-body.ts';
import { HttpError } from '../http-error.ts';

const UPDATABLE_FIELDS = ['name', 'display_name', 'initials', 'avatar_url', 'color'] as const;
/** Browsers drop bigger cookies without a word, and the person would be somebody else with the next request. */
const LONGEST_COOKIE = 4_000;

const permissionsSchema = z.record(z.string(), z.array(z.string()));
const updateSchema = z.object({
  name: z.string().exactOptional(),
  display_name: z.string().exactOptional(),
  initials: z.string().nullable().exactOptional(),
  avatar_url: z.string().nullable().exactOptional(),
  color: z.string().nullable().exactOptional(),
});

/** `/api/me`: who the browser is here, what they may do, and how they want to be called (contract §2.5). */
export function identityRoutes(authenticator: Authenticator, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });

  router.get('/api/me', (request, response) => {
    const identity = identityOf(response);
    const asked = askedPermissions(request.query['permissions']);
    const permissions = Object.entries(asked).map(([resource, actions]): [string, string[]] => [
      resource,
      // Clients may ask for what only extensions of theirs know; the authority decides about words it does not know.
      actions.filter((action) => may(authorize, identity, action as Action, resource as Resource)),
    ]);
    response.json({
      identity: toIdentityModel(identity),
      permissions: { ...Object.fromEntries(permissions), updatable_fields: UPDATABLE_FIELDS },
    });
  });

  router.patch('/api/me', async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'write', 'user');
    const update = parseUpdate(await readJsonBody(request));
    const updated = fromIdentityModel({ ...toIdentityModel(identity), ...update }, identity.right);
    const cookie = authenticator.loginCookie(request, updated);
    if (cookie.length > LONGEST_COOKIE)
      throw new HttpError(400, 'The identity is too long to be kept in a cookie');
    response.setHeader('Set-Cookie', cookie);
    response.json({ status: 'success', identity: toIdentityModel(updated) });
  });
  return router;
}

function askedPermissions(parameter: unknown): Record<string, string[]> {
  const text: unknown = Array.isArray(parameter) ? parameter.at(-1) : parameter;
  if (typeof text !== 'string' || text === '') return {};
  const words = `permissions should be a JSON dict of {"resource": ["action",]}, got ${quoted(text)}`;
  try {
    return permissionsSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new HttpError(400, words, null, { cause: error });
  }
}

/** As Python would print it. */
function quoted(text: string): string {
  return text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`;
}

function parseUpdate(body: unknown): z.infer<typeof updateSchema> {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || Object.keys(body).length === 0)
    throw new HttpError(400, 'Invalid or missing JSON body');
  const fixed = Object.keys(body).find((field) => !(UPDATABLE_FIELDS as readonly string[]).includes(field));
  if (fixed !== undefined) throw new HttpError(400, `Field ${fixed} is not updatable`);
  const parsed = updateSchema.safeParse(body);
  if (!parsed.success)
    throw new HttpError(400, `Field ${String(parsed.error.issues[0]?.path[0])} must be text`);
  return parsed.data;
}
