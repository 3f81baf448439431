import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const MODELS = '/api/in-the-loop/v1/agent/models';
const text = { type: 'string' };
const count = { type: ['number', 'null'] };

const model = {
  type: 'object',
  properties: {
    id: text,
    name: text,
    takes_images: { type: 'boolean' },
    takes_tools: { type: ['boolean', 'null'] },
    context_tokens: count,
    input_price: count,
    output_price: count,
  },
};
const provider = {
  type: 'object',
  properties: {
    id: text,
    name: text,
    problem: { type: ['object', 'null'], properties: { code: text, message: text } },
    models: listOf(model),
  },
};

/** In the Loop's own: docs/ai.md. */
export const modelPaths: JsonObject = {
  [MODELS]: path(
    {},
    {
      get: operation({
        summary: 'The models that can be asked, by provider, and why a provider does not work',
        query: { refresh: '1 asks the providers again' },
        answers: {
          200: [
            'what there is',
            {
              type: 'object',
              properties: { default_model: { type: ['string', 'null'] }, providers: listOf(provider) },
            },
          ],
        },
      }),
    },
  ),
  [`${MODELS}/check`]: path(
    {},
    {
      post: operation({
        summary: 'Asks a model one tiny question',
        body: { type: 'object', required: ['model'], properties: { model: text } },
        answers: {
          200: [
            'whether it works',
            {
              type: 'object',
              properties: {
                works: { type: 'boolean' },
                milliseconds: { type: 'number' },
                code: text,
                message: text,
              },
            },
          ],
        },
      }),
    },
  ),
};
