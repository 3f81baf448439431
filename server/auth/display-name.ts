import { agentName, personOfAgent } from './agent-actor.ts';
import { anonymousIdentity } from './anonymous-identity.ts';

/** What people read for a user name that the log has. */
export function displayNameOf(username: string): string {
  const person = personOfAgent(username);
  if (person !== null) return agentName(displayNameOf(person));
  return /^[0-9a-f]{32}$/.test(username) ? anonymousIdentity(username).displayName : username;
}
