import { anonymousIdentity } from './anonymous-identity.ts';

/** What people read for a user name that the log has. */
export function displayNameOf(username: string): string {
  return /^[0-9a-f]{32}$/.test(username) ? anonymousIdentity(username).displayName : username;
}
