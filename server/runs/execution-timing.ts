import type { JsonObject } from './nbformat-output.ts';

/**
 * The `execution` of a cell's metadata, where people have JupyterLab record it: `iopub.status.busy`,
 * `iopub.execute_input`, `iopub.status.idle`, `shell.execute_reply`, `shell.execute_reply.started`,
 * `execution_failed`; each a time in ISO 8601.
 */
export type ExecutionTiming = Record<string, string>;

/** What JupyterLab lets through its validation. */
const KERNEL_STATES: readonly unknown[] = ['starting', 'busy', 'idle', 'restarting', 'dead'];

/** A message of iopub's part: a status, by its name, and the echo of the input. */
export function iopubTiming(messageType: string, content: JsonObject, date: string): ExecutionTiming {
  if (messageType === 'execute_input') return { 'iopub.execute_input': date };
  const state = content['execution_state'];
  return KERNEL_STATES.includes(state) ? { [`iopub.status.${String(state)}`]: date } : {};
}

/** `started` is no part of the protocol: ipykernel says it in the reply's metadata. */
export function replyTiming(metadata: JsonObject, date: string): ExecutionTiming {
  const started = metadata['started'];
  return {
    ...(typeof started === 'string' && started !== '' ? { 'shell.execute_reply.started': started } : {}),
    'shell.execute_reply': date,
  };
}

/** The kernel was restarted, or died, before the run was done. */
export function failureTiming(time: string): ExecutionTiming {
  return { execution_failed: time };
}
