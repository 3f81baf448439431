import type { JsonObject } from './operation.ts';
import { listOf, operation, path, reference } from './operation.ts';

const run = reference('Run');
const batch = reference('RunBatch');
const runId = { run_id: "a run's id" };
const failure = reference('RunError');
const notFound: readonly [string, JsonObject] = ['run_not_found', failure];
const RUNS = '/api/in-the-loop/v1/runs';

const request = {
  type: 'object',
  required: ['path'],
  properties: {
    path: { type: 'string' },
    cells: { oneOf: [{ const: 'all' }, listOf({ type: 'string' })] },
    source_hashes: { type: 'object', additionalProperties: { type: 'string' } },
    request_id: { type: 'string' },
    stop_on_error: { type: 'boolean' },
    kernel: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
  },
};

/** In the Loop's own: docs/runs.md. */
export const runPaths: JsonObject = {
  [RUNS]: path(
    {},
    {
      get: operation({
        summary: 'Runs of cells, newest first; with request_id what one request asked for',
        query: {
          path: 'of a notebook',
          cell: "a cell's id",
          kernel: "a kernel's id",
          status: 'queued, running, done, failed, aborted, cancelled, interrupted or lost',
          limit: '1 to 1000, by default 100',
          before: "the page before's `next`",
          request_id: 'of a request to run cells',
        },
        answers: {
          200: [
            'a page, or what was asked for',
            {
              oneOf: [
                {
                  type: 'object',
                  properties: { runs: listOf(run), next: { type: ['string', 'null'] } },
                },
                batch,
              ],
            },
          ],
          400: ['invalid_request', failure],
          404: notFound,
        },
      }),
      post: operation({
        summary: 'Run cells of a notebook on the server',
        body: request,
        answers: {
          202: ['recorded, and begun', batch],
          400: [
            'invalid_request, notebook_unreadable, cell_without_id, cell_is_no_code, kernel_spec_unknown',
            failure,
          ],
          404: ['notebook_not_found, cell_not_found, kernel_not_found', failure],
          409: ['source_changed, request_id_reused, kernel_is_another', failure],
          429: ['too_many_waiting', failure],
          500: ['kernel_failed', failure],
          507: ['not_recorded', failure],
        },
      }),
      delete: operation({
        summary: 'Cancel what one request asked for',
        query: { request_id: 'of the request' },
        answers: { 200: ['what has become of it', batch], 404: notFound },
      }),
    },
  ),
  [`${RUNS}/{run_id}`]: path(runId, {
    get: operation({
      summary: 'A run with its code, outputs and open question',
      answers: { 200: ['it', run], 404: notFound },
    }),
    delete: operation({
      summary: 'Cancel a run: what is not yet sent is taken back, what runs is interrupted',
      answers: {
        200: ['what has become of it', run],
        404: notFound,
        409: ['run_is_with_kernel, run_is_over', failure],
      },
    }),
  }),
  [`${RUNS}/{run_id}/cancel`]: path(runId, {
    post: operation({
      summary: 'The same as DELETE',
      answers: {
        200: ['what has become of it', run],
        404: notFound,
        409: ['run_is_with_kernel, run_is_over', failure],
      },
    }),
  }),
  [`${RUNS}/{run_id}/input`]: path(runId, {
    post: operation({
      summary: 'Answer its open question',
      body: { type: 'object', required: ['value'], properties: { value: { type: 'string' } } },
      answers: { 200: ['the run', run], 404: notFound, 409: ['no_open_prompt', failure] },
    }),
  }),
  [`${RUNS}/{run_id}/text/{name}`]: path(
    { ...runId, name: 'stdout or stderr' },
    {
      get: operation({
        summary: 'All that it printed, or a Range of it',
        answers: { 200: 'text', 206: 'a part', 404: 'nothing is kept of it', 416: 'no such part' },
      }),
    },
  ),
};
