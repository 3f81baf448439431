import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const HISTORY = '/api/in-the-loop/v1/history';
const file = 'of a notebook or text file';
const integer = { type: 'integer' };
const cells = listOf({ type: 'object' });
const gone = { 404: 'no such version', 410: 'no longer kept', 415: 'neither a notebook nor text' };

/** In the Loop's own: docs/history.md. */
export const historyPaths: JsonObject = {
  [HISTORY]: path(
    {},
    {
      get: operation({
        summary: 'What happened to a file, newest first: who, when, what changed',
        query: { path: file, limit: '1 to 100, by default 20', before: "the page before's `next`" },
        answers: {
          200: [
            'a page',
            {
              type: 'object',
              properties: {
                path: { type: 'string' },
                entries: listOf({ type: 'object' }),
                next: { type: ['integer', 'null'] },
              },
            },
          ],
        },
      }),
    },
  ),
  [`${HISTORY}/version`]: path(
    {},
    {
      get: operation({
        summary: 'One version of a file',
        query: { path: file, version: 'its number, or now' },
        answers: {
          200: [
            'its cells, or its text',
            { type: 'object', properties: { kind: { enum: ['notebook', 'text'] }, cells } },
          ],
          ...gone,
        },
      }),
    },
  ),
  [`${HISTORY}/difference`]: path(
    {},
    {
      get: operation({
        summary: 'What is between two versions of a file, cell by cell',
        query: { path: file, from: 'the number of the earlier one', to: 'of the later one; by default now' },
        answers: {
          200: [
            'what became of each cell, or both texts',
            { type: 'object', properties: { kind: { enum: ['notebook', 'text'] }, cells } },
          ],
          ...gone,
        },
      }),
    },
  ),
  [`${HISTORY}/restore`]: path(
    {},
    {
      post: operation({
        summary: 'Put back a version, or some cells of it, as a new change',
        body: {
          type: 'object',
          required: ['path', 'version'],
          properties: { path: { type: 'string' }, version: integer, cells: listOf({ type: 'string' }) },
        },
        answers: { 204: 'done', 409: 'it could not be recorded', ...gone },
      }),
    },
  ),
};
