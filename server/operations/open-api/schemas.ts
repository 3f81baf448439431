import type { JsonObject } from './operation.ts';
import { listOf, reference } from './operation.ts';

const text = { type: 'string' };
const optionalText = { type: ['string', 'null'] };
const time = { type: 'string', format: 'date-time' };
const optionalTime = { type: ['string', 'null'], format: 'date-time' };
const RUN_IN_LIST = [
  ...[
    'id',
    'request_id',
    'path',
    'cell_id',
    'kernel_id',
    'status',
    'who',
    'source_hash',
    'queued',
    'started',
  ],
  ...['ended', 'execution_count', 'revision', 'is_in_file', 'prompt'],
];

function model(properties: JsonObject, required: readonly string[] = Object.keys(properties)): JsonObject {
  return { type: 'object', required, properties };
}

/** What the API's JSON looks like (contract §2). */
export const schemas: JsonObject = {
  Error: model({ message: text, reason: optionalText }),
  RunError: model({ code: text, message: text, remedy: text, reason: { type: 'null' } }),
  Run: model(
    {
      id: text,
      request_id: optionalText,
      path: text,
      cell_id: text,
      kernel_id: text,
      status: {
        enum: ['queued', 'running', 'done', 'failed', 'aborted', 'cancelled', 'interrupted', 'lost'],
      },
      who: text,
      source_hash: text,
      queued: time,
      started: optionalTime,
      ended: optionalTime,
      execution_count: { type: ['integer', 'null'] },
      revision: { type: 'integer' },
      is_in_file: { type: 'boolean' },
      prompt: {
        oneOf: [
          model({ message_id: text, prompt: text, is_password: { type: 'boolean' } }),
          { type: 'null' },
        ],
      },
      code: { ...optionalText, description: 'of one run alone, as what follows' },
      outputs: { type: ['array', 'null'], items: { type: 'object' } },
      texts: { type: 'object', additionalProperties: model({ bytes: { type: 'integer' }, url: text }) },
    },
    RUN_IN_LIST,
  ),
  RunBatch: model({
    request_id: text,
    path: text,
    kernel_id: text,
    stop_on_error: { type: 'boolean' },
    is_over: { type: 'boolean' },
    outcome: { enum: ['ok', 'failed', null] },
    reason: optionalText,
    runs: listOf(reference('Run')),
  }),
  Contents: model({
    name: text,
    path: { type: 'string', description: 'without a leading slash' },
    type: { enum: ['directory', 'file', 'notebook'] },
    created: time,
    last_modified: time,
    mimetype: optionalText,
    content: { description: 'null where it was not asked for; a list, text, base64 or a notebook else' },
    format: { enum: ['json', 'text', 'base64', null] },
    size: { type: ['integer', 'null'] },
    writable: { type: 'boolean' },
    hash: optionalText,
    hash_algorithm: optionalText,
  }),
  Checkpoint: model({ id: text, last_modified: time }),
  Kernel: model(
    {
      id: { type: 'string', format: 'uuid' },
      name: text,
      last_activity: time,
      execution_state: text,
      connections: { type: 'integer' },
      reason: text,
    },
    ['id', 'name', 'last_activity', 'execution_state', 'connections'],
  ),
  Session: model(
    {
      id: { type: 'string', format: 'uuid' },
      path: text,
      name: text,
      type: text,
      kernel: reference('Kernel'),
      notebook: model({ path: text, name: text }),
    },
    ['id', 'path', 'name', 'type', 'kernel'],
  ),
  KernelSpec: model({
    name: text,
    spec: {
      type: 'object',
      properties: {
        argv: listOf(text),
        display_name: text,
        language: text,
        env: { type: 'object', additionalProperties: text },
        interrupt_mode: { enum: ['signal', 'message'] },
        metadata: { type: 'object' },
      },
    },
    resources: { type: 'object', additionalProperties: text },
  }),
  Terminal: model({ name: text, last_activity: time }),
  Identity: model({
    username: text,
    name: text,
    display_name: text,
    initials: optionalText,
    avatar_url: optionalText,
    color: optionalText,
  }),
  Status: model({
    started: time,
    last_activity: time,
    kernels: { type: 'integer' },
    connections: { type: 'integer' },
  }),
  Event: model({ schema_id: text, version: text, data: { type: 'object' }, timestamp: text }, [
    'schema_id',
    'version',
    'data',
  ]),
};
