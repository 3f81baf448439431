import type { User } from '@jupyterlab/services';
import type { Awareness } from 'y-protocols/awareness';
import { personOf } from '../presence/person.ts';

/**
 * What somebody is called who ran something: who is here says so; of others the user name is all there is, and that of
 * somebody without a name of their own tells people nothing. Empty then.
 */
export function nameOf(username: string, own: User.IIdentity | null, awareness: Awareness): string {
  if (username === own?.username) return own.display_name;
  // An agent acts for somebody, also when it has left.
  if (username.startsWith('agent:')) {
    const person = nameOf(username.slice('agent:'.length), own, awareness);
    return person === '' ? 'Assistant' : `Assistant (for ${person})`;
  }
  for (const state of awareness.getStates().values()) {
    const person = personOf(state['user']);
    if (person?.username === username) return person.name;
  }
  return /^[0-9a-f]{32}$/.test(username) ? '' : username;
}
