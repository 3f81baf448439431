import { ToolError } from '../../ai-agent/tool.ts';
import type { Action, Authorize, Resource } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { may } from '../auth/may.ts';

/** An agent may what the person may who asked it, at the moment when it does it (I7). @throws ToolError */
export function assertMay(
  authorize: Authorize,
  person: Identity,
  action: Action,
  resource: Resource = 'contents',
): void {
  if (may(authorize, person, action, resource)) return;
  throw new ToolError(`${person.displayName}, who asked you, does not have the right to do this.`);
}
