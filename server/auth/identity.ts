import type { Response } from 'express';

/** Who a request comes from, once authenticated. */
export interface Identity {
  /** Stable per browser (kept in its cookie) or per token. */
  readonly username: string;
  readonly name: string;
  readonly displayName: string;
  readonly initials: string | null;
  readonly avatarUrl: string | null;
  readonly color: string | null;
  /** `view`: signed in with the viewing token. */
  readonly right: 'full' | 'view';
}

/** The identity that the authentication middleware found. Only routes behind it may call this. */
export function identityOf(response: Response): Identity {
  return response.locals['identity'] as Identity;
}
