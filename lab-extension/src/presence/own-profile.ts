import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection, type User } from '@jupyterlab/services';
import { initialsOf, personOf, type Person } from './person.ts';
import type { Profile } from './profile-view.ts';

/** Oneself, as others see one. @returns null until the server has told who this is */
export function ownPerson(user: User.IManager): Person | null {
  // Where the server has none, JupyterLab gives the initials of whoever used this browser first.
  return personOf(user.identity === null ? null : { ...user.identity, initials: null });
}

/** What this page tells others: the identity of Jupyter, with the colour that is the same everywhere. */
export function ownUser(user: User.IManager): unknown {
  const person = ownPerson(user);
  if (person === null) return null;
  const { username, name } = user.identity as User.IIdentity;
  return { username, name, display_name: person.name, initials: person.initials, color: person.color };
}

/** Keeps name and colour with the identity that the server has of this browser (`/api/me`, contract §2.5). */
export async function saveProfile(user: User.IManager, profile: Profile): Promise<void> {
  const settings = user.serverSettings;
  const response = await ServerConnection.makeRequest(
    URLExt.join(settings.baseUrl, 'api/me'),
    {
      method: 'PATCH',
      body: JSON.stringify({
        name: profile.name,
        display_name: profile.name,
        initials: initialsOf(profile.name),
        color: profile.color,
      }),
    },
    settings,
  );
  if (!response.ok) throw await ServerConnection.ResponseError.create(response);
  await user.refreshUser();
}
