import { HttpError } from '../http-error.ts';
import type { Action, Authorize, Resource } from './authorize.ts';
import type { Identity } from './identity.ts';

/** Whether somebody has a right, for what goes on without it. */
export function may(authorize: Authorize, identity: Identity, action: Action, resource: Resource): boolean {
  try {
    authorize(identity, action, resource);
    return true;
  } catch (error) {
    if (error instanceof HttpError && error.status === 403) return false;
    throw error;
  }
}
