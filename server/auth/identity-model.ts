import { z } from 'zod';
import type { Identity } from './identity.ts';

/** An identity as Jupyter's clients know it: in `/api/me`, and inside the login cookie (contract §2.5). */
export const identityModelSchema = z.object({
  username: z.string().min(1),
  name: z.string(),
  display_name: z.string(),
  initials: z.string().nullable(),
  avatar_url: z.string().nullable(),
  color: z.string().nullable(),
});
export type IdentityModel = z.infer<typeof identityModelSchema>;

export function toIdentityModel(identity: Identity): IdentityModel {
  return {
    username: identity.username,
    name: identity.name,
    display_name: identity.displayName,
    initials: identity.initials,
    avatar_url: identity.avatarUrl,
    color: identity.color,
  };
}

/** An empty name falls back to the user name, an empty display name to the name, as in Jupyter. */
export function fromIdentityModel(model: IdentityModel, right: Identity['right'] = 'full'): Identity {
  const name = model.name === '' ? model.username : model.name;
  return {
    username: model.username,
    name,
    displayName: model.display_name === '' ? name : model.display_name,
    initials: model.initials,
    avatarUrl: model.avatar_url,
    color: model.color,
    right,
  };
}
