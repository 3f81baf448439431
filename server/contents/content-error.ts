/** What can go wrong with contents, stable for programs; each maps to one HTTP status (`content-failure.ts`). */
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

export class ContentError extends Error {
  constructor(
    readonly code: ContentErrorCode,
    message: string,
    /** Jupyter's short reason (`bad type`, `bad format`), which also becomes the HTTP reason phrase. */
    readonly reason: string | null = null,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'ContentError';
  }
}
