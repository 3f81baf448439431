import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const AGENTS = '/api/in-the-loop/v1/runtime-agents';
const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const number = { type: 'number' };

const agent = {
  type: 'object',
  properties: {
    id: text,
    title: text,
    createdAt: text,
    isConnected: { type: 'boolean' },
    lastSeen: textOrNull,
    machine: {
      type: ['object', 'null'],
      properties: {
        hostname: text,
        platform: text,
        labels: { type: 'object', additionalProperties: text },
        cpus: { type: 'integer' },
        load: number,
        memory: number,
        memoryFree: number,
      },
    },
  },
};

/** In the Loop's own: docs/runtime-agents.md. */
export const runtimeAgentPaths: JsonObject = {
  [AGENTS]: path(
    {},
    {
      get: operation({
        summary: 'Machines that dial in, and those that may',
        answers: { 200: ['all of them', { type: 'object', properties: { agents: listOf(agent) } }] },
      }),
      post: operation({
        summary: 'Makes a key with which one machine dials in; it is told this once',
        body: { type: 'object', required: ['title'], properties: { title: text } },
        answers: {
          201: ['the key', { type: 'object', properties: { agent, key: text, command: text } }],
          400: 'the title is missing or too long',
          409: 'there are too many keys',
        },
      }),
    },
  ),
  [`${AGENTS}/{agent}`]: path(
    { agent: 'id of the machine' },
    {
      delete: operation({
        summary: 'Takes a key back: its connection ends at once, and its kernels are over',
        answers: { 204: 'it is none any more', 404: 'none' },
      }),
    },
  ),
};
