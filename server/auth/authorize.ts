import { HttpError } from '../http-error.ts';
import type { Identity } from './identity.ts';

export type Action = 'read' | 'write' | 'execute';
export type Resource =
  | 'contents'
  | 'kernels'
  | 'kernelspecs'
  | 'places'
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

/**
 * Until roles come there are two rights: whoever is signed in may do everything, but with the viewing token only look,
 * and say how they want to be called. Terminals are for those who may type into them.
 */
export const authorizeSignedIn: Authorize = ({ username, right }, action, resource) => {
  if (username === '') throw new HttpError(403, 'Forbidden');
  if (right === 'full' || resource === 'user') return;
  if (action !== 'read' || resource === 'terminals') throw new HttpError(403, 'Viewing only');
};
