import type { Response } from 'express';
import { HttpError } from '../http-error.ts';
import type { ContentErrorCode } from './content-error.ts';
import { ContentError } from './content-error.ts';
import { jsonText } from './json-text.ts';
import type { ContentModel } from './content-model.ts';

const statusOf: Readonly<Record<ContentErrorCode, number>> = {
  'not-found': 404,
  invalid: 400,
  exists: 409,
  forbidden: 403,
  failed: 500,
};

/** A store's failure as the HTTP error that Jupyter answers with; everything else as it is. */
export function httpErrorOf(error: unknown): unknown {
  if (!(error instanceof ContentError)) return error;
  return new HttpError(statusOf[error.code], error.message, error.reason, { cause: error });
}

/** Serialised once: a model can be many megabytes. */
export function sendJson(response: Response, status: number, value: unknown): void {
  const body = Buffer.from(jsonText(value));
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

/** @param location where the thing is now; null for an answer to a question */
export function sendModel(
  response: Response,
  status: number,
  model: ContentModel,
  location: string | null,
): void {
  if (location !== null) response.setHeader('Location', location);
  response.setHeader('Last-Modified', new Date(model.last_modified).toUTCString());
  sendJson(response, status, model);
}
