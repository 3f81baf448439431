import type { JsonObject } from './operation.ts';
import { listOf, operation, path, reference } from './operation.ts';

const contents = reference('Contents');
const filePath = { path: 'of a file or folder under the root; its slashes are not encoded' };

export const contentPaths: JsonObject = {
  '/api/contents/{path}': path(filePath, {
    get: operation({
      summary: 'A file, a notebook or a folder',
      query: {
        type: 'directory, file or notebook; anything else counts as file',
        format: 'text or base64',
        content: '0 for the model alone',
        hash: '1 for its hash',
      },
      answers: { 200: ['the model', contents], 400: 'not of that type or format', 404: 'nothing there' },
    }),
    post: operation({
      summary: 'Make a new file, notebook or folder in a folder, or a copy',
      body: {
        type: 'object',
        properties: { type: { type: 'string' }, ext: { type: 'string' }, copy_from: { type: 'string' } },
      },
      answers: { 201: ['the new one', contents], 400: 'the path is no folder', 404: 'no such folder' },
    }),
    put: operation({
      summary: 'Save, or upload in chunks (1, 2, …, -1)',
      body: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          format: { type: 'string' },
          content: {},
          chunk: { type: 'integer' },
        },
      },
      answers: { 200: ['saved', contents], 201: ['made', contents], 400: 'not possible', 413: 'too big' },
    }),
    patch: operation({
      summary: 'Rename or move',
      body: { type: 'object', required: ['path'], properties: { path: { type: 'string' } } },
      answers: {
        200: ['where it is now', contents],
        404: 'nothing there',
        409: 'something is there already',
      },
    }),
    delete: operation({
      summary: 'Delete',
      answers: { 204: 'gone', 400: 'not possible', 404: 'nothing there' },
    }),
  }),
  '/api/contents/{path}/checkpoints': path(filePath, {
    get: operation({ summary: 'Checkpoints', answers: { 200: ['all', listOf(reference('Checkpoint'))] } }),
    post: operation({ summary: 'Make a checkpoint', answers: { 201: ['made', reference('Checkpoint')] } }),
  }),
  '/api/contents/{path}/checkpoints/{checkpoint}': path(
    { ...filePath, checkpoint: "a checkpoint's id" },
    {
      post: operation({
        summary: 'Go back to a checkpoint',
        answers: { 204: 'restored', 404: 'no such checkpoint' },
      }),
      delete: operation({
        summary: 'Delete a checkpoint',
        answers: { 204: 'gone', 404: 'no such checkpoint' },
      }),
    },
  ),
  '/api/contents/{path}/trust': path(filePath, {
    post: operation({ summary: 'Trust a notebook', answers: { 201: 'trusted' } }),
  }),
  '/files/{path}': path(filePath, {
    get: operation({
      summary: "A file's bytes; ranges are possible",
      query: { download: 'anything: to be saved and not shown' },
      answers: { 200: 'the bytes', 206: 'a range of them', 404: 'nothing there' },
    }),
  }),
  '/nbconvert/{format}/{path}': path(
    { format: 'as listed by /api/nbconvert', ...filePath },
    {
      get: operation({
        summary: 'A notebook converted',
        query: { download: 'true: to be saved and not shown' },
        answers: { 200: 'the converted notebook', 404: 'no such notebook or format' },
      }),
    },
  ),
  '/api/nbconvert': path(
    {},
    {
      get: operation({ summary: 'Formats of conversion', answers: { 200: ['by name', { type: 'object' }] } }),
    },
  ),
};
