import type { ServerResponse } from 'node:http';

/** A redirect without a body, as Jupyter answers. @param location already encoded and checked. */
export function redirect(response: ServerResponse, location: string, status: 301 | 302 = 302): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/html; charset=UTF-8');
  response.setHeader('Location', location);
  response.end();
}
