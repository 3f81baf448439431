const PREFIX = 'agent:';

/** Who an agent is that acts for a person: in events, documents and runs. */
export function agentOf(username: string): string {
  return PREFIX + username;
}

/** What people read of it. @param displayName of the person */
export function agentName(displayName: string): string {
  return `Assistant (for ${displayName})`;
}

/** The user name of the person that an agent acted for; null where the actor is no agent. */
export function personOfAgent(actor: string): string | null {
  return actor.startsWith(PREFIX) ? actor.slice(PREFIX.length) : null;
}
