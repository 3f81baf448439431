import type { Response } from 'express';
import type { ContentModel } from './content-model.ts';
import { jsonText } from './json-text.ts';

/** From here on `jsonText` is worth its while, and an ETag is not. */
const LARGE_BYTES = 256 * 1024;

/** @param location where the thing is now; null for an answer to a question */
export function sendModel(
  response: Response,
  status: number,
  model: ContentModel,
  location: string | null,
): void {
  if (location !== null) response.setHeader('Location', location);
  response.setHeader('Last-Modified', new Date(model.last_modified).toUTCString());
  response.status(status);
  if (model.content === null || (model.size ?? 0) < LARGE_BYTES) {
    response.json(model);
    return;
  }
  const body = jsonText(model);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}
