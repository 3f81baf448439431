import type { ServerResponse } from 'node:http';

/** 302 without a body, as Jupyter answers. @param location already encoded and checked. */
export function redirect(response: ServerResponse, location: string): void {
  response.statusCode = 302;
  response.setHeader('Content-Type', 'text/html; charset=UTF-8');
  response.setHeader('Location', location);
  response.end();
}
