import type { JsonObject } from './operation.ts';
import { listOf, operation, path, reference } from './operation.ts';

const kernel = reference('Kernel');
const session = reference('Session');
const kernelId = { kernel_id: "a kernel's id" };
const sessionId = { session_id: "a session's id" };
const newSession = {
  type: 'object',
  properties: {
    path: { type: 'string' },
    name: { type: 'string' },
    type: { type: 'string' },
    kernel: {
      type: 'object',
      properties: { id: { type: ['string', 'null'] }, name: { type: ['string', 'null'] } },
    },
  },
};

export const kernelPaths: JsonObject = {
  '/api/kernels': path(
    {},
    {
      get: operation({ summary: 'Running kernels', answers: { 200: ['all', listOf(kernel)] } }),
      post: operation({
        summary: 'Start a kernel',
        body: { type: 'object', properties: { name: { type: 'string' }, path: { type: 'string' } } },
        answers: { 201: ['started', kernel] },
      }),
    },
  ),
  '/api/kernels/{kernel_id}': path(kernelId, {
    get: operation({ summary: 'A kernel', answers: { 200: ['it', kernel], 404: 'no such kernel' } }),
    delete: operation({ summary: 'Shut a kernel down', answers: { 204: 'ended', 404: 'no such kernel' } }),
  }),
  '/api/kernels/{kernel_id}/interrupt': path(kernelId, {
    post: operation({
      summary: 'Interrupt what it runs',
      answers: { 204: 'interrupted', 404: 'no such kernel' },
    }),
  }),
  '/api/kernels/{kernel_id}/restart': path(kernelId, {
    post: operation({
      summary: 'Restart it',
      answers: { 200: ['restarted', kernel], 404: 'no such kernel' },
    }),
  }),
  '/api/kernels/{kernel_id}/channels': path(kernelId, {
    get: operation({
      summary:
        "A websocket with the kernel's channels (v1.kernel.websocket.jupyter.org, or JSON where it is not offered)",
      query: { session_id: 'one for each connection; the same after a reconnect' },
      answers: { 101: 'a websocket', 404: 'no such kernel' },
    }),
  }),
  '/api/kernelspecs': path(
    {},
    {
      get: operation({
        summary: 'Kernels that can be started',
        answers: {
          200: [
            'by name, and the default',
            {
              type: 'object',
              properties: {
                default: { type: 'string' },
                kernelspecs: { type: 'object', additionalProperties: reference('KernelSpec') },
              },
            },
          ],
        },
      }),
    },
  ),
  '/api/kernelspecs/{name}': path(
    { name: 'of a kernelspec' },
    {
      get: operation({
        summary: 'A kernelspec',
        answers: { 200: ['it', reference('KernelSpec')], 404: 'unknown' },
      }),
    },
  ),
  '/kernelspecs/{name}/{file}': path(
    { name: 'of a kernelspec', file: 'beside it' },
    {
      get: operation({
        summary: "A kernelspec's logo or script",
        answers: { 200: 'the file', 404: 'unknown' },
      }),
    },
  ),
  '/api/sessions': path(
    {},
    {
      get: operation({ summary: 'Documents with their kernels', answers: { 200: ['all', listOf(session)] } }),
      post: operation({
        summary: 'Give a document a kernel; a document that has one keeps it',
        body: newSession,
        answers: {
          201: ['the session', session],
          400: 'path or type is missing',
          501: 'the kernel cannot be started',
        },
      }),
    },
  ),
  '/api/sessions/{session_id}': path(sessionId, {
    get: operation({ summary: 'A session', answers: { 200: ['it', session], 404: 'no such session' } }),
    patch: operation({
      summary: 'Change path, name, type or kernel',
      body: newSession,
      answers: { 200: ['changed', session], 400: 'no such kernel', 404: 'no such session' },
    }),
    delete: operation({
      summary: 'End it and its kernel',
      answers: { 204: 'ended', 404: 'no such session' },
    }),
  }),
};
