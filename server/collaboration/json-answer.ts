import type { Response } from 'express';

/** In jupyter-collaboration's words, and with its type: some of its answers name the charset. */
export function answerJson(
  response: Response,
  status: number,
  body: Readonly<Record<string, unknown>>,
): void {
  response.status(status).setHeader('Content-Type', 'application/json; charset=UTF-8');
  response.end(JSON.stringify(body));
}

export function answerMissing(response: Response, error: string): void {
  answerJson(response, 404, { code: 404, error });
}
