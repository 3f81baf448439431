import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const OURS = '/api/in-the-loop/v1';
const text = { type: 'string' };
const key = {
  type: 'object',
  properties: {
    key_id: text,
    name: text,
    scopes: listOf({ enum: ['reads', 'edits', 'runs', 'destroys'] }),
    made: text,
  },
};
const noKey = { 401: 'no key' };

/** In the Loop's own: docs/ai.md. */
export const mcpPaths: JsonObject = {
  [`${OURS}/agent/keys`]: path(
    {},
    {
      get: operation({
        summary: 'Your keys for other agents',
        answers: {
          200: ['without the keys themselves', { type: 'object', properties: { keys: listOf(key) } }],
        },
      }),
      post: operation({
        summary: 'Makes a key for another agent, which is shown this once',
        body: {
          type: 'object',
          required: ['name', 'scopes'],
          properties: { name: text, scopes: listOf({ enum: ['reads', 'edits', 'runs', 'destroys'] }) },
        },
        answers: {
          201: ['the key', { ...key, properties: { ...key.properties, key: text } }],
          400: 'not understood',
        },
      }),
    },
  ),
  [`${OURS}/agent/keys/{key}`]: path(
    { key: 'its id' },
    {
      delete: operation({
        summary: 'Revokes a key',
        answers: { 204: 'it is none any more', 404: 'you have no such key' },
      }),
    },
  ),
  [`${OURS}/mcp`]: path(
    {},
    {
      post: operation({
        summary: 'The Model Context Protocol (streamable HTTP), with a key as bearer token',
        body: { type: 'object' },
        answers: { 200: 'its answer, mostly as a stream of events', ...noKey },
        isPublic: true,
      }),
      get: operation({
        summary: 'Its stream of notifications',
        answers: { 200: 'events', ...noKey },
        isPublic: true,
      }),
      delete: operation({
        summary: 'Ends its session',
        answers: { 200: 'it is over', ...noKey },
        isPublic: true,
      }),
    },
  ),
};
