import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { HttpError } from './http-error.ts';
import { errorPage } from './http-error-page.ts';
import { pathInside, pathKind } from './http-path.ts';
import type { PathKind } from './http-path.ts';
import { STATUS_CODES } from './node-http.ts';

/** What a route may have said of the answer that it could not give. */
const HEADERS_OF_THE_ANSWER = [
  ...[
    'Accept-Ranges',
    'Cache-Control',
    'Content-Disposition',
    'Content-Encoding',
    'Content-Length',
    'Content-Range',
  ],
  ...['Content-Type', 'ETag', 'Last-Modified'],
];

/** Renders what routes throw: JSON for the API, a page for people (contract §2.1). */
export function httpErrorHandler(baseUrl: string, logger: Logger): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, request: Request, response: Response, _next): void => {
    if (request.destroyed && !request.complete) {
      logger.debug({ err: thrown }, 'A client went away during its request');
      response.destroy();
      return;
    }
    const error = asHttpError(thrown);
    if (error === null) logger.error({ err: thrown }, 'Unhandled error');
    else if (error.status >= 500) logger.error({ err: thrown }, 'A request failed');
    if (response.headersSent) {
      // The status has gone out as a success already; a broken connection is the one way left to tell of the failure.
      response.destroy();
      return;
    }
    const path = pathInside(baseUrl, request.originalUrl.split('?', 1)[0] ?? '');
    sendHttpError(response, error, path === null ? 'page' : pathKind(path), baseUrl);
  };
}

/** @param error null for anything unexpected. */
export function sendHttpError(
  response: Response,
  error: HttpError | null,
  kind: PathKind,
  baseUrl: string,
): void {
  for (const header of HEADERS_OF_THE_ANSWER) response.removeHeader(header);
  // A page of another origin may read why its token request failed; without an Origin the header says nothing.
  if (response.getHeader('Access-Control-Allow-Origin') === '')
    response.removeHeader('Access-Control-Allow-Origin');
  const status = error?.status ?? 500;
  const statusText = STATUS_CODES[status] ?? 'Unknown HTTP Error';
  response.statusCode = status;
  if (error?.reason) response.statusMessage = error.reason.replace(/[^\t\x20-\x7e]/g, '?');
  if (kind === 'api') {
    const body =
      error === null
        ? { message: 'Unhandled error', reason: null, traceback: '' }
        : { message: error.message || statusText, reason: error.reason };
    end(response, 'application/json', JSON.stringify(body));
    return;
  }
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(baseUrl, kind));
  end(response, 'text/html', errorPage(status, error?.reason || statusText, error?.message ?? null, baseUrl));
}

function end(response: Response, contentType: string, body: string): void {
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

/** Express and send throw errors with a 4xx status of their own, for paths that cannot be decoded and the like. */
function asHttpError(thrown: unknown): HttpError | null {
  if (thrown instanceof HttpError) return thrown;
  if (!(thrown instanceof Error) || !('status' in thrown)) return null;
  const { status } = thrown;
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  return new HttpError(status, thrown.message, null, { cause: thrown });
}
