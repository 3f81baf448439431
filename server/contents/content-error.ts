import { HttpError } from '../http-error.ts';

/** What can go wrong with contents, stable for programs; each has one HTTP status. */
export type ContentErrorCode =
  /** No such file, directory or checkpoint, or a path that leads out of the root. */
  | 'not-found'
  /** The request cannot be meant: a wrong type, an unknown format, an unreadable notebook. */
  | 'invalid'
  /** Something else is already there. */
  | 'exists'
  /** The system does not let this process read or write it. */
  | 'forbidden'
  /** It should have worked: full disk, name too long, missing parent. Nothing was changed. */
  | 'failed';

const statusOf: Readonly<Record<ContentErrorCode, number>> = {
  'not-found': 404,
  invalid: 400,
  exists: 409,
  forbidden: 403,
  failed: 500,
};

export class ContentError extends HttpError {
  constructor(
    readonly code: ContentErrorCode,
    message: string,
    /** Jupyter's short reason (`bad type`, `bad format`), which also becomes the HTTP reason phrase. */
    reason: string | null = null,
    options?: { cause?: unknown },
  ) {
    super(statusOf[code], message, reason, options);
    this.name = 'ContentError';
  }
}
