import type { JsonObject } from './operation.ts';
import { listOf, operation, path, reference } from './operation.ts';

const terminal = reference('Terminal');
const section = { type: 'object' };

export const serverPaths: JsonObject = {
  '/api': path(
    {},
    {
      get: operation({
        summary: 'Version of the API',
        isPublic: true,
        answers: { 200: ['it', { type: 'object' }] },
      }),
    },
  ),
  '/healthz': path(
    {},
    {
      get: operation({
        summary: 'Whether the server answers',
        isPublic: true,
        answers: { 200: ['it does', { type: 'object' }] },
      }),
    },
  ),
  '/api/status': path(
    {},
    {
      get: operation({ summary: 'What goes on', answers: { 200: ['it', reference('Status')] } }),
    },
  ),
  '/api/me': path(
    {},
    {
      get: operation({
        summary: 'Who you are here',
        query: { permissions: 'JSON: which actions on which resources to ask about' },
        answers: { 200: ['identity and permissions', { type: 'object' }], 400: 'no such JSON' },
      }),
      patch: operation({
        summary: 'Change how you are called',
        body: reference('Identity'),
        answers: { 200: ['changed', { type: 'object' }], 400: 'a field that cannot be changed' },
      }),
    },
  ),
  '/api/terminals': path(
    {},
    {
      get: operation({ summary: 'Open terminals', answers: { 200: ['all', listOf(terminal)] } }),
      post: operation({
        summary: 'Open a terminal',
        body: { type: 'object', properties: { name: { type: 'string' }, cwd: { type: 'string' } } },
        answers: { 200: ['opened', terminal], 400: 'a name that cannot be' },
      }),
    },
  ),
  '/api/terminals/{name}': path(
    { name: 'of a terminal' },
    {
      get: operation({ summary: 'A terminal', answers: { 200: ['it', terminal], 404: 'no such terminal' } }),
      delete: operation({ summary: 'End a terminal', answers: { 204: 'ended', 404: 'no such terminal' } }),
    },
  ),
  '/terminals/websocket/{name}': path(
    { name: 'of a terminal' },
    {
      get: operation({
        summary:
          'A websocket: JSON arrays setup, stdout, disconnect from the server; stdin, set_size from the client',
        answers: { 101: 'a websocket', 404: 'no such terminal' },
      }),
    },
  ),
  '/api/config/{section}': path(
    { section: 'letters, digits and _' },
    {
      get: operation({ summary: 'A section, merged from all folders', answers: { 200: ['it', section] } }),
      put: operation({
        summary: 'Replace your own section',
        body: section,
        answers: { 204: 'stored', 400: 'no object' },
      }),
      patch: operation({
        summary: 'Merge into your own section; null takes a key away',
        body: section,
        answers: { 200: ['your section', section], 400: 'no object' },
      }),
    },
  ),
  '/api/events': path(
    {},
    {
      post: operation({
        summary: 'Emit an event of a registered schema',
        body: reference('Event'),
        answers: { 204: 'emitted', 400: 'unknown schema or version, or not as the schema says' },
      }),
    },
  ),
  '/api/events/subscribe': path(
    {},
    {
      get: operation({
        summary: 'A websocket with every event as flat JSON',
        answers: { 101: 'a websocket' },
      }),
    },
  ),
  '/api/shutdown': path(
    {},
    {
      post: operation({ summary: 'End the server and its kernels', answers: { 200: 'it ends' } }),
    },
  ),
  '/api/security/csp-report': path(
    {},
    {
      post: operation({
        summary: 'For browsers: a page broke its Content-Security-Policy',
        answers: { 200: 'logged' },
      }),
    },
  ),
  '/metrics': path(
    {},
    {
      get: operation({ summary: 'Prometheus metrics', answers: { 200: 'as text' } }),
    },
  ),
};
