/**
 * An error that a client is told of, in Jupyter's form: `{"message", "reason"}` for API routes, where a reason also
 * becomes the HTTP reason phrase (contract §2.1). Any other error thrown by a route is logged and answered with 500
 * "Unhandled error".
 */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly reason: string | null = null,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'HttpError';
  }
}
