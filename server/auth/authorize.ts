import { HttpError } from '../http-error.ts';
import type { Identity } from './identity.ts';

export type Action = 'read' | 'write' | 'execute';
export type Resource =
  | 'contents'
  | 'kernels'
  | 'kernelspecs'
  | 'sessions'
  | 'terminals'
  | 'events'
  | 'config'
  | 'lab'
  | 'nbconvert'
  | 'server'
  | 'user';

/**
 * The one question asked before every read, change, run and kernel request (I7), not only when a socket opens.
 * @throws HttpError 403 where the identity may not.
 */
export type Authorize = (identity: Identity, action: Action, resource: Resource) => void;

/** Until roles come, whoever is signed in may do everything. */
export const authorizeSignedIn: Authorize = (identity) => {
  if (identity.username === '') throw new HttpError(403, 'Forbidden');
};
