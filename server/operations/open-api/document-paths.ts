import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const strings = listOf({ type: 'string' });

/** In the Loop's own, where its pages share documents: docs/outputs.md, docs/offline.md. */
export const documentPaths: JsonObject = {
  '/api/in-the-loop/v1/outputs/{sha256}': path(
    { sha256: 'what a reference in a notebook says' },
    {
      get: operation({
        summary: 'An output that a shared notebook holds by reference',
        query: { type: 'of its data, to be answered with that alone, and not with the whole output as JSON' },
        answers: { 200: ['the output, as nbformat has it', { type: 'object' }], 404: 'no notebook has it' },
      }),
    },
  ),
  '/api/in-the-loop/v1/offline': path(
    {},
    {
      get: operation({
        summary: 'What a browser keeps to open the front-ends without the server',
        answers: {
          200: [
            'files below the base URL; `build` is another one whenever one of them is',
            {
              type: 'object',
              properties: {
                build: { type: 'string' },
                files: { type: 'object', properties: { lab: strings, notebook: strings } },
              },
            },
          ],
        },
      }),
    },
  ),
};
