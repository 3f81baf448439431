import type { ErrorRequestHandler } from 'express';

/** What REST of places says of what cannot be done: `{message, remedy?, field?}` and what belongs to the one case. */
export class PlacesError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly more: {
      readonly remedy?: string;
      /** The setting that is wrong. */
      readonly field?: string;
      /** Those that run where none may. */
      readonly kernels?: readonly object[];
    } = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'PlacesError';
  }
}

// Express knows an error handler by its four parameters.
export const sendPlacesError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof PlacesError)
    response.status(error.status).json({ message: error.message, ...error.more });
  else next(error);
};
