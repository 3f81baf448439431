import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const PLACES = '/api/in-the-loop/v1/places';
const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const flag = { type: 'boolean' };
const object = { type: 'object' };

const place = {
  type: 'object',
  properties: {
    id: text,
    title: text,
    kind: { enum: ['local', 'attach', 'ssh', 'slurm', 'kubernetes', 'gateway', 'agent'] },
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
