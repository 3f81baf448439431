import type { JsonObject } from './operation.ts';
import { operation, path } from './operation.ts';

const HOSTS = '/api/in-the-loop/v1/browser-runtime/hosts';

/** In the Loop's own: docs/browser-kernels.md. */
export const browserPaths: JsonObject = {
  [`${HOSTS}/{host}/left`]: path(
    { host: 'id that the page gave itself' },
    {
      post: operation({
        summary: 'A page that runs kernels goes away: they end, unless it has something left to hand over',
        body: {
          type: 'object',
          required: ['secret', 'unshared'],
          properties: {
            secret: { type: 'string' },
            unshared: { type: 'array', items: { type: 'string' } },
            underWay: { type: 'array', items: { type: 'string' } },
          },
        },
        answers: {
          204: 'it is noted',
          400: 'the body is not understood',
          404: 'there is no such host of yours',
        },
      }),
    },
  ),
};
