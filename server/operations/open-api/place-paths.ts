import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const PLACES = '/api/in-the-loop/v1/places';
const RUNTIMES = '/api/in-the-loop/v1/runtimes';
const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const flag = { type: 'boolean' };
const object = { type: 'object' };

const place = {
  type: 'object',
  properties: {
    id: text,
    title: text,
    kind: { enum: ['local', 'attach', 'ssh', 'slurm', 'kubernetes', 'gateway', 'agent', 'browser'] },
    isConfigured: flag,
    capabilities: {
      type: 'object',
      properties: { resume: flag, limits: flag, restart: flag, pause: flag },
    },
    state: {
      type: 'object',
      properties: {
        kind: { enum: ['ready', 'checking', 'away', 'failed'] },
        text: textOrNull,
        remedy: textOrNull,
        since: text,
      },
    },
    kernelspecs: listOf(text),
    settings: object,
    machine: object,
  },
};
const request = {
  type: 'object',
  required: ['title', 'kind'],
  properties: { id: text, title: text, kind: text, settings: object },
};
const numberOrNull = { type: ['number', 'null'] };
const runtime = {
  type: 'object',
  properties: {
    kernelId: text,
    kernelspec: text,
    displayName: text,
    place: { type: 'object', properties: { id: text, title: text, kind: text } },
    state: text,
    stateText: textOrNull,
    notebook: textOrNull,
    startedAt: textOrNull,
    lastActivity: text,
    connections: { type: 'integer' },
    queued: { type: 'integer' },
    pid: numberOrNull,
    cpu: numberOrNull,
    memory: numberOrNull,
    connectionFile: textOrNull,
  },
};
/** Kernels that wait for a notebook. */
const warm = {
  type: 'object',
  properties: {
    kernelspec: text,
    displayName: text,
    wanted: { type: 'integer' },
    waiting: { type: 'integer' },
    problem: textOrNull,
  },
};
const moved = {
  type: 'object',
  properties: { kernelId: textOrNull, kernelspec: textOrNull, endedRuns: { type: 'integer' }, note: text },
};
const oneKernel = { kernel: 'id of the kernel' };
const resources = { type: 'object', additionalProperties: text };
const onePlace = { place: 'id of the place' };

/** In the Loop's own: docs/places.md. */
export const placePaths: JsonObject = {
  [PLACES]: path(
    {},
    {
      get: operation({
        summary: 'Where kernels run, this machine first; settings only for those who may change them',
        answers: { 200: ['all places', { type: 'object', properties: { places: listOf(place) } }] },
      }),
      post: operation({
        summary: 'Adds a place',
        body: request,
        answers: { 201: ['the place', place], 400: 'a setting is wrong', 409: 'there is one already' },
      }),
    },
  ),
  [`${PLACES}/check`]: path(
    {},
    {
      post: operation({
        summary: 'Tries a place, that is there (`id` alone) or is not yet; answers JSON line by line',
        body: request,
        answers: { 200: 'lines of `step`, and one of `done` or `failed`', 400: 'the request is wrong' },
      }),
    },
  ),
  [`${PLACES}/{place}`]: path(onePlace, {
    put: operation({
      summary: 'Changes a place; settings that are left out stay, null removes one',
      body: request,
      answers: {
        200: ['the place', place],
        400: 'a setting is wrong',
        404: 'none',
        409: 'kernels run there',
      },
    }),
    delete: operation({
      summary: 'Removes a place',
      query: { kernels: '`end` ends the kernels that run there' },
      answers: { 204: 'removed', 404: 'none', 409: 'kernels run there, or it is not to be removed here' },
    }),
  }),
  [`${PLACES}/{place}/refresh`]: path(onePlace, {
    post: operation({
      summary: 'Asks a place anew at once, and makes it reconnect',
      answers: { 200: ['the place', place], 404: 'none' },
    }),
  }),
  [`${PLACES}/{place}/accept-host-key`]: path(onePlace, {
    post: operation({
      summary: 'Trusts the host key of that fingerprint from now on',
      body: { type: 'object', required: ['fingerprint'], properties: { fingerprint: text, place: request } },
      answers: { 204: 'trusted', 400: 'it has none', 404: 'none', 502: 'it has another one' },
    }),
  }),
  [RUNTIMES]: path(
    {},
    {
      get: operation({
        summary: 'Kernels, where they run, and what they use',
        answers: {
          200: ['all', { type: 'object', properties: { runtimes: listOf(runtime), warm: listOf(warm) } }],
        },
      }),
    },
  ),
  [`${RUNTIMES}/{kernel}`]: path(oneKernel, {
    delete: operation({
      summary: 'Ends a kernel and keeps all but its variables; one that cannot be reached is let go of',
      answers: { 200: ['what was kept', moved], 404: 'none' },
    }),
  }),
  [`${RUNTIMES}/{kernel}/move`]: path(oneKernel, {
    post: operation({
      summary: "Gives the kernel's notebook another kernel, and then ends this one",
      body: { type: 'object', required: ['kernelspec'], properties: { kernelspec: text } },
      answers: {
        200: ['what was kept', moved],
        404: 'no such kernel or kernelspec',
        409: 'no notebook runs on it',
        502: 'the other one does not start, and this one stays',
      },
    }),
  }),
  [`${RUNTIMES}/{kernel}/log`]: path(oneKernel, {
    get: operation({
      summary: 'The last of what a kernel wrote to its standard output and error, and of what its place said',
      answers: { 200: ['its log', { type: 'object', properties: { text } }], 404: 'none' },
    }),
  }),
  [`${PLACES}/{place}/resources`]: path(onePlace, {
    get: operation({
      summary: 'What may be asked for with a kernel there, and what a notebook asks for',
      query: { path: 'of the notebook' },
      answers: {
        200: [
          'form and choice',
          {
            type: 'object',
            properties: {
              form: { type: ['object', 'null'], properties: { fields: listOf(object) } },
              chosen: { type: ['object', 'null'], additionalProperties: text },
            },
          },
        ],
        404: 'none',
        502: 'the place does not answer',
      },
    }),
    put: operation({
      summary: 'What a notebook asks for there from now on, kept in its metadata',
      body: { type: 'object', required: ['path', 'resources'], properties: { path: text, resources } },
      answers: { 204: 'kept', 400: 'the request is wrong', 404: 'no such place or notebook' },
    }),
  }),
};
