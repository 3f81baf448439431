/** A JSON Schema (draft 7) of one kind of Jupyter event, as Jupyter registers them: by id and version. */
export interface EventSchema {
  readonly $id: string;
  readonly version: string;
  readonly type: 'object';
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, object>>;
  readonly [keyword: string]: unknown;
}

export const CONTENTS_EVENTS = 'https://events.jupyter.org/jupyter_server/contents_service/v1';
export const KERNEL_EVENTS = 'https://events.jupyter.org/jupyter_server/kernel_actions/v1';

/** What front-ends listen to (contract §2.5): ids, fields and allowed words are Jupyter's. */
export const builtInSchemas: readonly EventSchema[] = [
  {
    $id: CONTENTS_EVENTS,
    version: '1',
    title: 'What was done to files through this server',
    'personal-data': true,
    type: 'object',
    required: ['action', 'path'],
    properties: {
      action: { enum: ['get', 'create', 'save', 'upload', 'rename', 'copy', 'delete'] },
      path: { type: 'string', description: 'where the file is afterwards' },
      source_path: { type: 'string', description: 'where it was, for rename and copy' },
    },
  },
  {
    $id: KERNEL_EVENTS,
    version: '1',
    title: 'What was done to kernels through this server',
    'personal-data': true,
    type: 'object',
    required: ['action', 'msg'],
    properties: {
      action: { enum: ['start', 'interrupt', 'shutdown', 'restart'] },
      kernel_id: { type: 'string' },
      kernel_name: { type: 'string' },
      status: { enum: ['error', 'success'] },
      status_code: { type: 'number', description: 'an HTTP status' },
      msg: { type: 'string', description: 'what happened, for people' },
    },
    // A kernel that failed to start has no id. An absent status counts as any, which is how Jupyter's schema reads.
    if: { not: { properties: { status: { const: 'error' }, action: { const: 'start' } } } },
    then: { required: ['kernel_id'] },
  },
];
