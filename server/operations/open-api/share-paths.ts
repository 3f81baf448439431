import type { JsonObject } from './operation.ts';
import { operation, path } from './operation.ts';

/** In the Loop's own: docs/share.md. */
export const sharePaths: JsonObject = {
  '/api/in-the-loop/v1/viewer-links': path(
    {},
    {
      post: operation({
        summary: 'A link that opens a file for people who may look and not touch; it holds their token',
        body: {
          type: 'object',
          required: ['path', 'page'],
          properties: { path: { type: 'string' }, page: { enum: ['lab/tree', 'notebooks'] } },
        },
        answers: {
          200: ['the link, without the host', { type: 'object', properties: { link: { type: 'string' } } }],
          400: 'the request is wrong',
          409: 'this server has no token for viewers',
        },
      }),
    },
  ),
};
